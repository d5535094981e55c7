using System.Collections.Immutable;
using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement.Balancing;

/// <summary>
/// Whom to propose to a prefix that may need one worker more: the lightest, if Th_bal lies between them and the lightest that has it, by the
/// window and by what is booked now. In a fleet where all are busy one more copy helps nobody.
/// </summary>
public sealed class ReplicaCandidates(SchedulerOptions options, FleetView fleet)
{
    public ImmutableArray<WorkerId> Find(IReadOnlyList<WorkerView> has)
    {
        if (!options.Replicate || has.Count == 0 || has.Count >= options.MostReplicas)
        {
            return [];
        }

        var (load, booked) = (has.Min(worker => worker.Load), has.Min(worker => worker.BookedByAll));
        return
        [
            .. fleet.Slots.OfType<WorkerView>()
                .Where(worker => !worker.Draining && worker.Load * options.BalanceRatio < load
                    && worker.BookedByAll * options.BalanceRatio <= booked && !has.Contains(worker))
                .OrderBy(worker => worker.Load).ThenBy(worker => worker.Id.Value, StringComparer.Ordinal)
                .Take(Limits.ReplicaCandidates).Select(worker => worker.Id),
        ];
    }
}
