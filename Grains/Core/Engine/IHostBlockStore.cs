using Preble.Core.KvCache.Host;

namespace Preble.Core.Engine;

/// <summary>
/// The port to the host tier's memory: numbered slots that each keep one block outside the engine. The core decides what lies where; the store
/// only carries, between two steps, on the engine's thread. Neither call throws for a failure of the store: a block that cannot be kept or
/// cannot be trusted is recomputed.
/// </summary>
public interface IHostBlockStore
{
    /// <summary>Slots; their ids run from 0.</summary>
    int SlotCount { get; }

    /// <summary>What the store held when it was opened, for the core to begin with; no hash twice.</summary>
    IReadOnlyList<HostEntry> Entries { get; }

    /// <summary>Puts a block of the engine into a slot, over what it held; false when that failed: the slot is empty then.</summary>
    bool TrySave(IInferenceEngine engine, in HostSave save);

    /// <summary>Brings a slot back into a block of the engine; false when it holds something else or is damaged: the block is as it was.</summary>
    bool TryLoad(IInferenceEngine engine, in HostLoad load);
}
