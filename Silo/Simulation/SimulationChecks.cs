using Preble.Core;
using Preble.Core.Placement;

namespace Preble.Simulation;

/// <summary>A checker has found that the fleet broke a promise.</summary>
internal sealed class SimulationFault(string sentence, Exception? inner = null) : Exception(sentence, inner);

/// <summary>
/// What must hold in every run: each request ends once, nothing hangs, no block is lost, and once all is quiet the prefix index is what the workers'
/// caches are. The cheap ones always; <see cref="AfterEvent"/> walks the state that an event has touched.
/// </summary>
internal sealed class SimulationChecks(SimulatedFleet fleet)
{
    private readonly HashSet<int> _open = [];
    private readonly IndexCheck _index = new(fleet);

    public void Began(SimulatedRequest request) => Require(_open.Add(request.Number), $"Request {request.Id} arrived twice.");

    public void Placed(SimulatedRequest request)
    {
        Require(!request.Ended, $"Request {request.Id} was placed after it had ended.");
        _index.Remember(request.Blocks);
    }

    public void Ended(SimulatedRequest request)
    {
        Require(_open.Remove(request.Number) && !request.Ended, $"Request {request.Id} ended twice.");
        request.Ended = true;
    }

    /// <summary>When nothing more comes of itself.</summary>
    public void AllEnded(EventQueue events)
    {
        var first = _open.Count == 0 ? -1 : _open.Min();
        Require(_open.Count == 0, $"{_open.Count} requests hang at {events.Now}, r{first} first: nothing is left that would end them.");
    }

    /// <summary>Everything that the event may have touched.</summary>
    public void AfterEvent(in SimulationEvent what)
    {
        try
        {
            fleet.Scheduler.Audit();
            if (what.Worker >= 0 && fleet.Workers[what.Worker] is { Up: true, Stepping: false } worker)
            {
                worker.Core.Audit();
            }
        }
        catch (InvariantException broken)
        {
            throw new SimulationFault($"After {what.Kind} on worker {what.Worker}: {broken.Message}", broken);
        }
    }

    /// <summary>When all requests have ended and all reports have arrived.</summary>
    public void AtRest(TimeSpan now)
    {
        try
        {
            Audit(now);
        }
        catch (InvariantException broken)
        {
            throw new SimulationFault($"When all had ended: {broken.Message}", broken);
        }

        _index.Check(now);
    }

    private void Audit(TimeSpan now)
    {
        foreach (var worker in fleet.Workers.Where(worker => worker.Up))
        {
            var counters = worker.Core.Counters(now);
            Require(!worker.Core.HasWork && worker.Requests.Count == 0, $"Worker {worker.Id} has work that nobody waits for.");
            Require(
                counters.FreeBlocks == counters.TotalBlocks,
                $"Worker {worker.Id} keeps {counters.TotalBlocks - counters.FreeBlocks} blocks of requests that have ended.");
            worker.Core.Audit();
        }

        fleet.Scheduler.Audit();
        var booked = fleet.Scheduler.Overview(now).Workers.Sum(worker => worker.BookedRequests);
        Require(booked == 0, $"The scheduler still counts {booked} requests that have ended.");
    }

    private static void Require(bool holds, string sentence)
    {
        if (!holds)
        {
            throw new SimulationFault(sentence);
        }
    }
}
