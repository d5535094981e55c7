using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement.Balancing;

/// <summary>
/// Post-assignment shift (§3.2): while the heaviest worker's load exceeds Th_bal times the lightest one's, future requests of its cheapest
/// key portions are sent there instead, each with all below it. A move never makes the lighter the heavier of the two. Runs in the
/// background: call <see cref="Run"/> at every tick; it works at most once an interval.
/// </summary>
public sealed class Rebalancer(SchedulerOptions options, FleetView fleet, KeyLoads keys, Assignments assignments)
{
    private TimeSpan _next;

    /// <summary>Key portions moved so far.</summary>
    public long Moves { get; private set; }

    /// <summary>Moves what is to be moved and returns the assignments that are new or changed.</summary>
    public IReadOnlyList<Assignment> Run(TimeSpan now)
    {
        if (!options.Rebalance || now < _next || fleet.Count < 2)
        {
            return [];
        }

        _next = now + options.RebalanceInterval;
        var plan = new BalancePlan(fleet, keys, assignments);
        var moved = new List<Assignment>();
        while (Round(plan, moved, now))
        {
            // Until nothing moves: what the first of the heavy gave up may have made another the lightest.
        }

        Moves += moved.Count;
        return moved;
    }

    /// <summary>Each of the heavy once, the heaviest first, against whoever is the lightest then.</summary>
    private bool Round(BalancePlan plan, List<Assignment> moved, TimeSpan now)
    {
        var before = moved.Count;
        foreach (var heavy in plan.Workers.OrderByDescending(plan.Load).ThenBy(worker => worker.Id.Value, StringComparer.Ordinal).ToArray())
        {
            var light = plan.Workers.MinBy(worker => (plan.Load(worker), worker.Cache.Slot));
            if (light is null || plan.Load(heavy) <= plan.Load(light) * options.BalanceRatio)
            {
                break;
            }

            if (IsHeavy(plan, heavy, light) && plan.Requests(heavy) >= options.BalanceWarmUp)
            {
                Shed(plan, heavy, light, moved, now);
            }
        }

        return moved.Count > before;
    }

    /// <summary>
    /// By what was given within H, and by what is booked now: a worker that has just come back is light by the window, and full already.
    /// </summary>
    private bool IsHeavy(BalancePlan plan, WorkerView heavy, WorkerView light) =>
        plan.Load(heavy) > plan.Load(light) * options.BalanceRatio && heavy.BookedByAll >= light.BookedByAll * options.BalanceRatio;

    /// <summary>The shed target: no more is moved once the two are within Th_bal, nor what would only swap them.</summary>
    private void Shed(BalancePlan plan, WorkerView heavy, WorkerView light, List<Assignment> moved, TimeSpan now)
    {
        var (from, to) = (heavy.Cache.Slot, light.Cache.Slot);
        var candidates = plan.Keys.Where(key => key is { Replicated: false } && key.On(from) > TimeSpan.Zero && key.MainSlot == from)
            .OrderBy(key => key.Total - key.On(to)).ThenByDescending(key => key.Key.Blocks)
            .ThenBy(key => key.Key.Hash.High).ThenBy(key => key.Key.Hash.Low).ToArray();
        foreach (var key in candidates)
        {
            if (!IsHeavy(plan, heavy, light) || moved.Count >= Limits.RebalanceMoves)
            {
                return;
            }

            if (key.MainSlot != from)
            {
                // It went with one above it.
                continue;
            }

            if (plan.Load(heavy) - key.On(from) < plan.Load(light) + key.Total - key.On(to) || !Move(key, light, moved, now))
            {
                return;
            }

            plan.Move(key, light);
        }
    }

    private bool Move(PlannedKey key, WorkerView light, List<Assignment> moved, TimeSpan now)
    {
        var generation = (assignments.Find(key.Key.Hash)?.Generation ?? 0) + 1;
        if (assignments.Assign(key.Key.Hash, key.Key.Blocks, [light], generation, now) is not { } assignment)
        {
            return false;
        }

        moved.Add(assignment);
        Unbind(key, now, moved);
        return true;
    }

    /// <summary>Descendants move along: what was said of them alone no longer holds.</summary>
    private void Unbind(PlannedKey above, TimeSpan now, List<Assignment> moved)
    {
        foreach (var below in above.Below)
        {
            if (assignments.Find(below.Key.Hash) is { Workers.Count: > 0 } own)
            {
                moved.Add(assignments.Assign(own.Prefix, own.Blocks, [], own.Generation + 1, now)!);
            }

            Unbind(below, now, moved);
        }
    }
}
