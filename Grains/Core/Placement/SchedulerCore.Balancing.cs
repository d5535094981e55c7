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
        }
    }
}
