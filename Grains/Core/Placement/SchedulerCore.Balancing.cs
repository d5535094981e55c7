using Preble.Core.Placement.Balancing;
using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement;

/// <content>Where the future requests of a prefix shall go: decided in the background, looked up at placement.</content>
public sealed partial class SchedulerCore
{
    private readonly KeyLoads _keyLoads = new();
    private readonly Assignments _assignments;
    private readonly Rebalancer _rebalancer;

    /// <summary>Prefixes that rebalancing has moved so far.</summary>
    public long Moves => _rebalancer.Moves;

    /// <summary>What is assigned now, for tests and for whoever shows it.</summary>
    public IReadOnlyCollection<Assignment> Assigned => _assignments.All;

    /// <summary>The assignment that a prompt would follow, if any.</summary>
    public Assignment? FindAssignment(ReadOnlySpan<BlockHash> prompt, int promptTokens) => _assignments.Find(prompt, promptTokens, _blockSize);

    /// <summary>
    /// Takes in what prefix nodes have answered to <see cref="TakePrefixReports"/>: an assignment newer than ours holds, less the workers
    /// that are not here. So a scheduler that starts anew learns what was assigned before.
    /// </summary>
    public void TakeAssignments(IReadOnlyList<PrefixNodeRecord> records, TimeSpan now)
    {
        Advance(now);
        foreach (var record in records)
        {
            var known = _assignments.Find(record.Node.Hash);
            var blocks = _blockSize == 0 ? 0 : record.Tokens / _blockSize;
            if (blocks == 0 || record.Generation <= (known?.Generation ?? 0) || (known is null && record.Assigned.IsEmpty))
            {
                continue;
            }

            var workers = record.Assigned.Distinct().Select(_fleet.Find).OfType<WorkerView>().ToArray();
            var generation = record.Generation + (workers.Length < record.Assigned.Length ? 1 : 0);
            _assignments.Assign(record.Node.Hash, blocks, workers, generation, _now);
        }
    }

    private void AuditBalance()
    {
        var requests = new Dictionary<WorkerView, int>();
        foreach (var key in _keyLoads.All)
        {
            Invariant.Require(key.Requests > 0, "a key portion without requests is forgotten");
            foreach (var share in key.Shares)
            {
                requests[share.Worker] = requests.GetValueOrDefault(share.Worker) + share.Requests;
            }
        }

        foreach (var (worker, count) in requests)
        {
            Invariant.Require(count <= worker.WindowRequests, "a key portion's requests are requests of the window");
        }

        foreach (var assignment in _assignments.All)
        {
            Invariant.Require(assignment.Workers.TrueForAll(worker => !worker.Gone), "nothing is assigned to a worker that has gone");
        }
    }

    private void Balance()
    {
        _assignments.Expire(_now);
        foreach (var moved in _rebalancer.Run(_now))
        {
            _hotPrefixes.ObserveMove(moved, _blockSize);
        }
    }
}
