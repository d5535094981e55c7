using Preble.Core.Placement.Balancing;
using Preble.Core.Placement.Fleet;
using Preble.Core.Radix;

namespace Preble.Core.Placement.Loads;

/// <summary>
/// The work given to each worker within the window H (§3.2): L = booked + finished. Sums are kept as requests come, end and leave, in whole
/// ticks, so a decision reads them and scans nothing. A request in flight counts however old it is: it is still to be done.
/// </summary>
public sealed class LoadWindow(TimeSpan length, FleetView fleet, RadixTree tree, KeyLoads keys)
{
    private readonly Queue<Booking> _window = new();

    /// <summary>Requests remembered, those withdrawn meanwhile included.</summary>
    public int Count => _window.Count;

    /// <summary>Counts it in, and returns the oldest when that had to make room.</summary>
    public Booking? Book(Booking booking)
    {
        var left = _window.Count == Limits.WindowRequests ? Leave(_window.Dequeue()) : null;

        var worker = booking.Worker;
        (booking.InFlight, booking.InWindow) = (true, true);
        worker.InFlight++;
        worker.WindowRequests++;
        worker.Booked += booking.Work;
        worker.BookedOutputBlocks += booking.OutputBlocks;
        worker.BookedTokens += booking.Tokens;
        worker.BookedMissedTokens += booking.MissedTokens;
        worker.MissedTokensSinceBeat += booking.MissedTokens;
        booking.Queued = true;
        _window.Enqueue(booking);
        keys.Book(booking);
        return left;
    }

    /// <summary>
    /// It has finished: the true numbers replace the expected ones, and its length teaches. Past H it only releases what it had booked.
    /// </summary>
    public void Finish(Booking booking, TimeSpan work, int outputTokens)
    {
        EndFlight(booking);
        if (booking.InWindow)
        {
            keys.Correct(booking, work - booking.Work);
            booking.Work = work;
            booking.OutputTokens = outputTokens;
            booking.Key?.Outputs.Add(outputTokens);
            booking.Worker.Finished += work;
            booking.Worker.Outputs.Add(outputTokens);
            fleet.Outputs.Add(outputTokens);
        }
    }

    /// <summary>It failed or never ran: as if it had not been placed.</summary>
    public void Withdraw(Booking booking)
    {
        EndFlight(booking);
        if (booking.InWindow)
        {
            LeaveWindow(booking);
        }
    }

    /// <summary>Lets go of one that was placed H ago or earlier, and returns it; null when there is none.</summary>
    public Booking? TakeExpired(TimeSpan now) =>
        _window.TryPeek(out var oldest) && now - oldest.PlacedAt >= length ? Leave(_window.Dequeue()) : null;

    private Booking Leave(Booking booking)
    {
        booking.Queued = false;
        if (!booking.InWindow)
        {
            return booking;
        }

        if (!booking.InFlight)
        {
            booking.Key?.Outputs.Remove(booking.OutputTokens);
        }

        LeaveWindow(booking);
        if (!booking.InFlight)
        {
            booking.Worker.Finished -= booking.Work;
            booking.Worker.Outputs.Remove(booking.OutputTokens);
            fleet.Outputs.Remove(booking.OutputTokens);
            Invariant.Require(booking.Worker.Finished >= TimeSpan.Zero, "finished work of a worker is never negative");
        }

        return booking;
    }

    private void LeaveWindow(Booking booking)
    {
        booking.InWindow = false;
        booking.Worker.WindowRequests--;
        keys.Leave(booking);
        if (booking.Leaf is { } leaf)
        {
            tree.Forget(leaf, booking.Worker.Gone ? null : booking.Worker.Cache);
        }
    }

    private static void EndFlight(Booking booking)
    {
        Invariant.Require(booking.InFlight, "a booking ends once");
        booking.InFlight = false;
        var worker = booking.Worker;
        worker.InFlight--;
        worker.Booked -= booking.Work;
        worker.BookedOutputBlocks -= booking.OutputBlocks;
        worker.BookedTokens -= booking.Tokens;
        worker.BookedMissedTokens -= booking.MissedTokens;
        Invariant.Require(worker.OwnInFlight >= 0 && worker.Booked >= TimeSpan.Zero, "booked work of a worker is never negative");
    }
}
