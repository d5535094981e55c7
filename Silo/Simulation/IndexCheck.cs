using System.Collections.Immutable;
using Preble.Core;

namespace Preble.Simulation;

/// <summary>
/// Compares the prefix index with the workers' caches, once no report is under way, by asking the scheduler as a request would: for each prefix, how much of it
/// does this worker hold? Prefixes are those of the latest requests and those that end in some worker's cache; there is a bound on how many.
/// </summary>
internal sealed class IndexCheck(SimulatedFleet fleet)
{
    private const int Remembered = 100;
    private const int MostQuestions = 1_000;

    /// <summary>Workers asked about: all of a small fleet, some of a large one, for each answer looks at every worker.</summary>
    private const int MostWorkers = 16;

    /// <summary>Questions by workers in the fleet: the work of a check.</summary>
    private const int MostLooks = 64_000;

    private readonly Queue<ImmutableArray<BlockHash>> _latest = new();

    /// <summary>Questions asked by the last check.</summary>
    public int Questions { get; private set; }

    public void Remember(ImmutableArray<BlockHash> blocks)
    {
        _latest.Enqueue(blocks);
        if (_latest.Count > Remembered)
        {
            _latest.Dequeue();
        }
    }

    /// <exception cref="SimulationFault">The index believes something else than what a worker holds.</exception>
    public void Check(TimeSpan now)
    {
        var up = fleet.Workers.Where(worker => worker.Up).ToArray();
        var stride = Math.Max(1, up.Length / MostWorkers);
        var workers = up.Where((_, at) => at % stride == 0).ToArray();
        var most = Math.Clamp(MostLooks / fleet.Workers.Count, MostWorkers, MostQuestions);
        var caches = workers.Select(worker => worker.Snapshot().Blocks).ToArray();
        var held = caches.Select(blocks => blocks.Select(block => block.Hash).ToHashSet()).ToArray();
        var perWorker = most / 2 / Math.Max(1, workers.Length * workers.Length);
        var prefixes = caches.SelectMany(blocks => Ends(blocks, Math.Max(1, perWorker))).Concat(_latest).Where(prefix => prefix.Length > 0).ToArray();
        Questions = 0;
        foreach (var prefix in prefixes)
        {
            for (var i = 0; i < workers.Length && Questions < most; i++)
            {
                Ask(workers[i], prefix, held[i], now);
            }
        }
    }

    private void Ask(SimulatedWorker worker, ImmutableArray<BlockHash> prefix, HashSet<BlockHash> held, TimeSpan now)
    {
        var others = fleet.Workers.Where(other => other != worker).Select(other => other.Id).ToImmutableArray();
        var id = new RequestId($"question{Questions++}");
        var tokens = (prefix.Length * Limits.BlockSize) + 1;
        var result = fleet.Scheduler.Place(new PlacementQuery(id, prefix, tokens, 1, others), now);
        if (result.Ticket is not { } ticket || ticket.Worker != worker.Id)
        {
            throw new SimulationFault($"Worker {worker.Id} is up and the scheduler places nothing on it: {result.Rejection?.Message}");
        }

        fleet.Scheduler.Complete(new RequestCompletion(id, worker.Id, tokens, 0, 0, 0, Succeeded: false), now);
        var truth = prefix.TakeWhile(held.Contains).Count();
        if (ticket.HitTokens != truth * Limits.BlockSize)
        {
            throw new SimulationFault(
                $"Worker {worker.Id} holds {truth} of the {prefix.Length} blocks up to {prefix[^1]}; the index says {ticket.HitTokens / Limits.BlockSize}.");
        }
    }

    /// <summary>Prefixes that end in the cache: from the first block to one that no other follows. Those whose beginning has gone are left out.</summary>
    private static IEnumerable<ImmutableArray<BlockHash>> Ends(ImmutableArray<CachedBlock> blocks, int limit)
    {
        var parents = blocks.ToDictionary(block => block.Hash, block => block.Parent);
        var inner = blocks.Select(block => block.Parent).ToHashSet();
        var ends = blocks.Where(block => !inner.Contains(block.Hash)).ToArray();
        var stride = Math.Max(1, ends.Length / limit);
        for (var i = 0; i < ends.Length; i += stride)
        {
            var chain = new List<BlockHash>();
            var hash = ends[i].Hash;
            while (hash != BlockHash.None && parents.TryGetValue(hash, out var parent))
            {
                chain.Add(hash);
                hash = parent;
            }

            if (hash == BlockHash.None)
            {
                chain.Reverse();
                yield return [.. chain];
            }
        }
    }
}
