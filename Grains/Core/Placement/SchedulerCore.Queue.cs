using Preble.Core.Placement.Admission;

namespace Preble.Core.Placement;

/// <content>Requests that wait at the scheduler until a worker has room.</content>
public sealed partial class SchedulerCore
{
    private readonly PlacementQueue _queue;
    private readonly List<QueuedAnswer> _answers = [];

    /// <summary>Requests that wait here.</summary>
    public int QueuedRequests => _queue.Count;

    /// <summary>
    /// As <see cref="Place"/>, but a request that every worker is too full for waits here: then null, and its answer comes from
    /// <see cref="TakeAnswers"/> later. Nobody overtakes those who wait.
    /// </summary>
    public PlacementResult? Ask(PlacementQuery query, TimeSpan now)
    {
        Advance(now);
        if (_queue.Contains(query.Request))
        {
            return Noted(query, Refused(RejectionReason.DuplicateRequest, $"Request {query.Request} waits already."));
        }

        if (_queue.Count == 0 && TryPlace(query, now) is var result && !WantsRoom(result))
        {
            return Noted(query, result);
        }

        if (!_queue.TryAdd(query, _now, out var displaced))
        {
            // Where there is no worker yet, that is the reason.
            var full = $"Every worker is full, and {_queue.Count} requests wait for one.";
            return Noted(query, _fleet.Count == 0 ? TryPlace(query, now) : Refused(RejectionReason.QueueFull, full));
        }

        if (displaced is not null)
        {
            Refuse(displaced, "A request of a higher priority took its place in the queue.");
        }

        return null;
    }

    /// <summary>Nobody waits for this request any more; false when it does not wait here.</summary>
    public bool Withdraw(RequestId request) => _queue.Cancel(request);

    /// <summary>
    /// The answers of requests that waited: placed now that there is room, or refused. To be asked after whatever may have made room, and at
    /// each tick. The list is the caller's until the next call.
    /// </summary>
    public IReadOnlyList<QueuedAnswer> TakeAnswers(TimeSpan now)
    {
        Advance(now);
        while (_queue.TakeExpired(_now) is { } late)
        {
            Refuse(late, $"No worker had room for it within {_options.QueuePatience.TotalSeconds:0.#} s.");
        }

        while (_queue.Peek() is { } next)
        {
            var result = TryPlace(next.Query, now, _now - next.Since);
            if (WantsRoom(result))
            {
                break;
            }

            _queue.Take(next);
            _answers.Add(new QueuedAnswer(next.Query.Request, Noted(next.Query, result)));
        }

        if (_answers.Count == 0)
        {
            return [];
        }

        QueuedAnswer[] answers = [.. _answers];
        _answers.Clear();
        return answers;
    }

    /// <summary>
    /// A scheduler that has just started has not heard of all of its workers yet: that those it knows will not do is no reason to refuse.
    /// </summary>
    private bool WantsRoom(PlacementResult result) => result.Rejection?.Reason switch
    {
        RejectionReason.QueueFull => true,
        RejectionReason.NoWorker => _now < _options.StartGrace,
        _ => false,
    };

    private void Refuse(QueuedPlacement placement, string why) =>
        _answers.Add(new QueuedAnswer(placement.Query.Request, Noted(placement.Query, Refused(RejectionReason.QueueFull, why))));

    private PlacementResult Refused(RejectionReason reason, string why) =>
        new(null, new Rejection(reason, why, reason == RejectionReason.QueueFull ? CandidateRules.RoomSeconds(_fleet) : 0));
}
