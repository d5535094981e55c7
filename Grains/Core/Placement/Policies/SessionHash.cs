using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement.Policies;

/// <summary>
/// Each session has its worker: the one with the highest hash of session and worker id (rendezvous hashing), so that a worker that joins or
/// leaves moves only the sessions that are its own. A request without a session goes by its first block, one without a full block by its
/// own id. Load is ignored.
/// </summary>
public sealed class SessionHash : IPlacementPolicy
{
    private const ulong FnvOffset = 0xCBF29CE484222325UL;
    private const ulong FnvPrime = 0x100000001B3UL;

    public PlacementMeasure Measure => PlacementMeasure.Hash;

    public PlacementDecision Choose(PlacementContext context)
    {
        var query = context.Query;
        var key = Key(query);
        var (best, highest) = (context.Candidates[0], 0UL);
        foreach (var worker in context.Candidates)
        {
            var hash = PlacementRandom.Mix(key ^ PlacementRandom.Mix(HashOf(worker.Id.Value)));
            context.Scores.Add(WorkerScore.Of(context, worker, hash / (double)ulong.MaxValue));
            if (hash > highest || (hash == highest && PlacementContext.BreaksTie(worker, best)))
            {
                (best, highest) = (worker, hash);
            }
        }

        return new PlacementDecision(best, query.SessionHash != 0 ? PlacementReason.Session : PlacementReason.Policy, 0);
    }

    private static ulong Key(PlacementQuery query) =>
        query.SessionHash != 0 ? query.SessionHash
        : query.Blocks.Length > 0 ? query.Blocks[0].High ^ query.Blocks[0].Low
        : HashOf(query.Request.Value);

    /// <summary>FNV-1a over the characters: the same on every machine, which string.GetHashCode is not.</summary>
    private static ulong HashOf(string text)
    {
        var hash = FnvOffset;
        foreach (var letter in text)
        {
            hash = (hash ^ letter) * FnvPrime;
        }

        return hash;
    }
}
