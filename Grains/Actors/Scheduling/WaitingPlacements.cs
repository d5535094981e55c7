using Preble.Core.Placement;

namespace Preble.Actors.Scheduling;

/// <summary>The callers of placements that wait at the scheduler. Used on the scheduler grain's turns only; the core decides who is answered.</summary>
internal sealed class WaitingPlacements(SchedulerCore core, SchedulerOptions options, TimeProvider time, Func<TimeSpan> now)
{
    /// <summary>The core answers in time; this is for the day when nobody asks it any more, as when the grain ends.</summary>
    private static readonly TimeSpan Backstop = TimeSpan.FromSeconds(5);

    private readonly Dictionary<RequestId, TaskCompletionSource<PlacementResult>> _callers = [];

    /// <summary>Returns when the core has answered; a caller that leaves gives up its place, and a worker that it was given meanwhile.</summary>
    public async Task<PlacementResult> WaitAsync(PlacementQuery query, CancellationToken cancellation)
    {
        // Not inline: an answer is given in the middle of somebody else's turn.
        var answer = new TaskCompletionSource<PlacementResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _callers.Add(query.Request, answer);
        try
        {
            return await answer.Task.WaitAsync(options.QueuePatience + Backstop, time, cancellation);
        }
        catch (Exception failure) when (failure is OperationCanceledException or TimeoutException)
        {
            Abandon(query, answer.Task);
            throw;
        }
    }

    /// <summary>Tells those whose turn has come. To be called after whatever may have made room.</summary>
    public void Answer()
    {
        foreach (var (request, result) in core.TakeAnswers(now()))
        {
            if (_callers.Remove(request, out var caller))
            {
                caller.SetResult(result);
            }
        }
    }

    private void Abandon(PlacementQuery query, Task<PlacementResult> answer)
    {
        _callers.Remove(query.Request);
        core.Withdraw(query.Request);
        if (answer.IsCompletedSuccessfully && answer.Result.Ticket is { } ticket)
        {
            GiveBack(query.Request, ticket.Worker);
            foreach (var sibling in query.Siblings.IsDefault ? [] : query.Siblings)
            {
                GiveBack(sibling, ticket.Worker);
            }

            Answer();
        }
    }

    private void GiveBack(RequestId request, WorkerId worker) =>
        core.Complete(new RequestCompletion(request, worker, 0, 0, 0, 0, Succeeded: false), now());
}
