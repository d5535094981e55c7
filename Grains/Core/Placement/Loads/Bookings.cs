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
    private readonly Queue<(TimeSpan Until, Booking Booking)> _graces = new();
    private readonly LoadWindow _window = new(options.Window, fleet, tree, keys);
    private Booking? _oldest;
    private Booking? _newest;
    private Booking? _free;
    private long _numbers;

    /// <summary>Requests in flight over all workers.</summary>
    public int Count => _byRequest.Count;

    public Booking? Find(RequestId request) => _byRequest.GetValueOrDefault(request);

    /// <summary>A booking to be filled in and added.</summary>
    public Booking Create(RequestId request, WorkerView worker, RadixNode? leaf, TimeSpan now)
    {
        var booking = _free ?? new Booking();
        _free = _free?.Newer;
        booking.Newer = null;
        booking.Begin(++_numbers, request, worker, leaf, now);
        return booking;
    }

    public void Add(Booking booking)
    {
        _byRequest.Add(booking.Request, booking);
        Link(booking);
        if (booking.Leaf is { } leaf)
        {
            // Before anything leaves the window: what leaves may prune nodes that nobody else needs.
            tree.Begin(leaf, booking.Worker.Cache);
        }

        if (_window.Book(booking) is { } left)
        {
            Recycle(left);
        }

        booking.Worker.Present.Begin(booking);
    }

    /// <summary>The request has finished with these numbers.</summary>
    public void Finish(Booking booking, TimeSpan work, int outputTokens, TimeSpan now)
    {
        Remove(booking);
        _window.Finish(booking, work, outputTokens);
        booking.InGrace = true;
        _graces.Enqueue((now + options.ResidencyGrace, booking));
    }

    /// <summary>The request failed, was never run, or nobody said what became of it.</summary>
    public void Withdraw(Booking booking)
    {
        Remove(booking);
        booking.Withdrawn = true;
        EndResidency(booking);
        _window.Withdraw(booking);
        Recycle(booking);
    }

    /// <summary>Withdraws all that is in flight on a worker; to be called before the worker leaves the fleet.</summary>
    public void WithdrawAll(WorkerView worker)
    {
        for (var next = _oldest; next is { } booking;)
        {
            next = booking.Newer;
            if (booking.Worker == worker)
            {
                Withdraw(booking);
            }
        }
    }

    /// <summary>Lets the window, the graces and the bookings that nobody completed run out.</summary>
    public void Expire(TimeSpan now)
    {
        while (_window.TakeExpired(now) is { } left)
        {
            Recycle(left);
        }

        while (_graces.TryPeek(out var grace) && now >= grace.Until)
        {
            _graces.Dequeue();
            grace.Booking.InGrace = false;
            EndResidency(grace.Booking);
            Recycle(grace.Booking);
        }

        while (_oldest is { } oldest && now - oldest.PlacedAt >= options.BookingTimeout)
        {
            Withdraw(oldest);
        }
    }

    /// <summary>Nobody counts it any more: it serves for a later request, so that a steady flow of them allocates nothing.</summary>
    private void Recycle(Booking booking)
    {
        if (!booking.InFlight && !booking.InWindow && !booking.InGrace && !booking.Queued)
        {
            booking.Release();
            (booking.Newer, _free) = (_free, booking);
        }
    }

    private void Link(Booking booking)
    {
        (booking.Older, booking.Newer) = (_newest, null);
        if (_newest is { } newest)
        {
            newest.Newer = booking;
        }
        else
        {
            _oldest = booking;
        }

        _newest = booking;
    }

    private void Remove(Booking booking)
    {
        _byRequest.Remove(booking.Request);
        booking.Worker.Present.End(booking);
        var (older, newer) = (booking.Older, booking.Newer);
        if (older is null)
        {
            _oldest = newer;
        }
        else
        {
            older.Newer = newer;
        }

        if (newer is null)
        {
            _newest = older;
        }
        else
        {
            newer.Older = older;
        }

        (booking.Older, booking.Newer) = (null, null);
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
