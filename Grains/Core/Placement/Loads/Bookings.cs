using Preble.Core.Placement.Balancing;
using Preble.Core.Placement.Fleet;
using Preble.Core.Radix;

namespace Preble.Core.Placement.Loads;

/// <summary>
/// The requests in flight. A booking is made at placement, so that a burst spreads, and ends once: completed, timed out, or lost with its
/// worker. While it lives its prompt counts as resident on its worker (that holds it or is about to), so that a burst of one new prefix
/// lands together; after a success for a short grace more, until the worker's own cache changes have come.
/// </summary>
public sealed class Bookings(SchedulerOptions options, FleetView fleet, RadixTree tree, KeyLoads keys)
{
    private readonly Dictionary<RequestId, Booking> _byRequest = [];
    private readonly LinkedList<Booking> _oldestFirst = new();
    private readonly Queue<(TimeSpan Until, Booking Booking)> _graces = new();
    private readonly LoadWindow _window = new(options.Window, fleet, tree, keys);

    /// <summary>Requests in flight over all workers.</summary>
    public int Count => _byRequest.Count;

    public Booking? Find(RequestId request) => _byRequest.GetValueOrDefault(request);

    public void Add(Booking booking)
    {
        _byRequest.Add(booking.Request, booking);
        booking.Place = _oldestFirst.AddLast(booking);
        if (booking.Leaf is { } leaf)
        {
            // Before anything leaves the window: what leaves may prune nodes that nobody else needs.
            tree.Begin(leaf, booking.Worker.Cache);
        }

        _window.Book(booking);
    }

    /// <summary>The request has finished with these numbers.</summary>
    public void Finish(Booking booking, TimeSpan work, int outputTokens, TimeSpan now)
    {
        Remove(booking);
        _window.Finish(booking, work, outputTokens);
        _graces.Enqueue((now + options.ResidencyGrace, booking));
    }

    /// <summary>The request failed, was never run, or nobody said what became of it.</summary>
    public void Withdraw(Booking booking)
    {
        Remove(booking);
        EndResidency(booking);
        _window.Withdraw(booking);
    }

    /// <summary>Withdraws all that is in flight on a worker; to be called before the worker leaves the fleet.</summary>
    public void WithdrawAll(WorkerView worker)
    {
        for (var place = _oldestFirst.First; place is not null;)
        {
            var booking = place.Value;
            place = place.Next;
            if (booking.Worker == worker)
            {
                Withdraw(booking);
            }
        }
    }

    /// <summary>Lets the window, the graces and the bookings that nobody completed run out.</summary>
    public void Expire(TimeSpan now)
    {
        _window.Expire(now);
        while (_graces.TryPeek(out var grace) && now >= grace.Until)
        {
            EndResidency(_graces.Dequeue().Booking);
        }

        while (_oldestFirst.First is { } oldest && now - oldest.Value.PlacedAt >= options.BookingTimeout)
        {
            Withdraw(oldest.Value);
        }
    }

    private void Remove(Booking booking)
    {
        _byRequest.Remove(booking.Request);
        _oldestFirst.Remove(booking.Place!);
    }

    /// <summary>A worker that has gone took its residency along.</summary>
    private void EndResidency(Booking booking)
    {
        if (booking.Leaf is { } leaf && !booking.Worker.Gone)
        {
            tree.End(leaf, booking.Worker.Cache);
        }
    }
}
