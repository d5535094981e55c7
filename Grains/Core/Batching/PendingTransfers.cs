using Preble.Core.KvCache;

namespace Preble.Core.Batching;

/// <summary>
/// The sequences admitted in this plan that wait for loads or for a copy. <see cref="Add"/> while planning, in the order of the plan's loads;
/// <see cref="Complete"/> when the moves are done. Between the two nothing is cancelled, preempted or planned, so no sequence gets lost here.
/// </summary>
public sealed class PendingTransfers(KvCacheManager cache)
{
    private readonly List<(Sequence Sequence, int Loads)> _waiting = [];

    public void Add(Sequence sequence, int loads)
    {
        sequence.BeginTransfer(loads);
        _waiting.Add((sequence, loads));
    }

    /// <summary>
    /// Takes in what became of the loads. The blocks before a sequence's first failed load can be shared from now on; those from it on are
    /// computed like any others, and what the host tier had for the failed one is forgotten.
    /// </summary>
    /// <returns>Tokens loaded, and tokens counted as cached that are not.</returns>
    public (int Loaded, int Lost) Complete(ReadOnlySpan<bool> loaded)
    {
        var (next, loadedTokens, lostTokens) = (0, 0, 0);
        foreach (var (sequence, loads) in _waiting)
        {
            var good = cache.CompleteLoads(sequence.Table, sequence.Hashes, sequence.KnownTokens, loaded.Slice(next, loads));
            next += loads;
            loadedTokens += good * sequence.Hashes.BlockSize;
            lostTokens += sequence.EndTransfer(good);
        }

        Clear();
        return (loadedTokens, lostTokens);
    }

    /// <summary>Forgets all: their sequences have ended.</summary>
    public void Clear() => _waiting.Clear();
}
