using Preble.Core.Batching;
using Preble.Core.KvCache;
using Preble.Core.KvCache.Host;

namespace Preble.Core.Engine;

/// <summary>
/// Moves the blocks that a plan wants moved before its step, in the one right order: saves, loads, copies. <see cref="Move"/> after each <see
/// cref="WorkerCore.PlanStep"/>, then the step if the plan has chunks; without chunks plan again.
/// </summary>
/// <param name="host">The host tier's memory; null for a core without a host tier.</param>
public sealed class BlockMover(IInferenceEngine engine, IHostBlockStore? host)
{
    private readonly List<BlockHash> _notSaved = [];
    private bool[] _loaded = [];

    /// <summary>What was moved so far.</summary>
    public BlockMoves Total { get; private set; }

    /// <summary>Moves what is to be moved, tells the core, and says what that was; nothing without transfers.</summary>
    public BlockMoves Move(StepPlan plan, WorkerCore core)
    {
        if (!plan.HasTransfers)
        {
            return default;
        }

        Invariant.Require(host is not null || plan.Saves.Count + plan.Loads.Count == 0, "only a core with a host tier saves and loads");
        var before = Total;
        Save(plan.Saves);
        Load(plan.Loads);
        Copy(plan.Copies);
        core.CompleteLoads(_loaded.AsSpan(0, plan.Loads.Count));
        foreach (var hash in _notSaved)
        {
            core.ForgetSave(hash);
        }

        return Total - before;
    }

    private void Save(IReadOnlyList<HostSave> saves)
    {
        _notSaved.Clear();
        for (var i = 0; i < saves.Count; i++)
        {
            var saved = host!.TrySave(engine, saves[i]);
            Total += saved ? new BlockMoves(Saved: 1) : new BlockMoves(Failed: 1);
            if (!saved)
            {
                _notSaved.Add(saves[i].Hash);
            }
        }
    }

    private void Load(IReadOnlyList<HostLoad> loads)
    {
        if (_loaded.Length < loads.Count)
        {
            Array.Resize(ref _loaded, Math.Max(loads.Count, 2 * _loaded.Length));
        }

        for (var i = 0; i < loads.Count; i++)
        {
            _loaded[i] = host!.TryLoad(engine, loads[i]);
            Total += _loaded[i] ? new BlockMoves(Loaded: 1) : new BlockMoves(Failed: 1);
        }
    }

    private void Copy(IReadOnlyList<BlockCopy> copies)
    {
        for (var i = 0; i < copies.Count; i++)
        {
            engine.CopyBlock(copies[i].From, copies[i].To);
        }

        Total += new BlockMoves(Copied: copies.Count);
    }
}

/// <summary>Blocks moved.</summary>
/// <param name="Failed">Blocks that could not be saved, or that did not come back as they were saved.</param>
public readonly record struct BlockMoves(long Saved = 0, long Loaded = 0, long Failed = 0, long Copied = 0)
{
    public static BlockMoves operator +(BlockMoves a, BlockMoves b) =>
        new(a.Saved + b.Saved, a.Loaded + b.Loaded, a.Failed + b.Failed, a.Copied + b.Copied);

    public static BlockMoves operator -(BlockMoves a, BlockMoves b) =>
        new(a.Saved - b.Saved, a.Loaded - b.Loaded, a.Failed - b.Failed, a.Copied - b.Copied);
}
