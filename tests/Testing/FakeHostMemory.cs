using Preble.Core.Engine;
using Preble.Core.KvCache;
using Preble.Core.KvCache.Host;

namespace Preble.Testing;

/// <summary>
/// The host tier's memory as a plain dictionary, which checks what it reads like the real one: a slot that holds another block, or was damaged, is
/// a failed load. Counts what was moved. Tests damage it, or give it one of the <see cref="TransferFault"/>s of a worker that moves blocks wrongly.
/// </summary>
public sealed class FakeHostMemory
{
    private readonly Dictionary<int, (BlockHash Hash, byte[] Bytes)> _slots = [];

    private byte[]? _last;

    public TransferFault Fault { get; set; }

    public int Saves { get; private set; }

    public int Loads { get; private set; }

    public int FailedLoads { get; private set; }

    public int Copies { get; private set; }

    public int Held => _slots.Count;

    public void Save(IInferenceEngine engine, HostSave save)
    {
        Saves++;
        if (Fault == TransferFault.SkippedSave && Saves % 3 == 0)
        {
            // The slot's old content stays, under the new name: what a lost write does.
            _slots[save.Slot] = (save.Hash, _slots.TryGetValue(save.Slot, out var old) ? old.Bytes : new byte[engine.BlockBytes(BlockEncoding.Exact)]);
            return;
        }

        var bytes = new byte[engine.BlockBytes(BlockEncoding.Exact)];
        engine.SaveBlock(save.Block, BlockEncoding.Exact, bytes);
        if (Fault == TransferFault.SwappedHash)
        {
            (_last, bytes) = (bytes, _last ?? bytes);
        }

        _slots[save.Slot] = (save.Hash, bytes);
    }

    public bool Load(IInferenceEngine engine, HostLoad load)
    {
        Loads++;
        if (!_slots.TryGetValue(load.Slot, out var held) || held.Hash != load.Hash)
        {
            FailedLoads++;
            return false;
        }

        if (Fault != TransferFault.LoadNotWaitedFor)
        {
            engine.LoadBlock(load.Block, BlockEncoding.Exact, held.Bytes);
        }

        return true;
    }

    public void Copy(IInferenceEngine engine, BlockCopy copy)
    {
        Copies++;
        engine.CopyBlock(Fault == TransferFault.WrongCopySource ? (copy.From + 1) % engine.BlockCount : copy.From, copy.To);
    }

    /// <summary>Loses the content of a slot: its next load fails.</summary>
    public void Lose(int slot) => _slots.Remove(slot);

    /// <summary>Loses the content of some slot: its next load fails.</summary>
    public bool Damage(int choice)
    {
        if (_slots.Count == 0)
        {
            return false;
        }

        var slot = _slots.Keys.Order().ElementAt(choice % _slots.Count);
        return _slots.Remove(slot);
    }
}

/// <summary>What can go wrong when blocks are moved: planted by tests that must find it.</summary>
public enum TransferFault
{
    None,

    /// <summary>A copy reads the block beside the right one.</summary>
    WrongCopySource,

    /// <summary>A load is said to be done when it is not.</summary>
    LoadNotWaitedFor,

    /// <summary>Every third save is lost.</summary>
    SkippedSave,

    /// <summary>A save is written under the name of the one before it.</summary>
    SwappedHash,
}
