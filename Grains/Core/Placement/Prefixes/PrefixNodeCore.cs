using System.Collections.Immutable;

namespace Preble.Core.Placement.Prefixes;

/// <summary>
/// The record of one hot prefix as a state machine: fed by <see cref="Report"/>, asked by <see cref="Record"/>.
/// It counts requests in two halves of the window H: it is hot once the whole window saw enough and cools only when both halves are cold,
/// so that one quiet moment does not retire a prefix. It keeps where the prefix's future requests shall go: the scheduler says whom it has
/// moved the prefix to, and proposes workers; the node says when it needs one more, and when it needs none.
/// </summary>
public sealed class PrefixNodeCore(PrefixNodeId node, SchedulerOptions options)
{
    private readonly Queue<Sighting> _sightings = new();
    private readonly OverloadDetector _queueing = new(options.Window, options.ReplicateRatio, options.ReplicateFloor);
    private readonly OverloadDetector _firstTokens = new(options.Window, options.ReplicateRatio, options.ReplicateFloor);
    private ImmutableArray<WorkerId> _holders = [];
    private ImmutableArray<WorkerId> _assigned = [];
    private long _generation;
    private int _tokens;
    private int _requests;
    private bool _hot;

    /// <summary>Takes in what the scheduler has seen since its last report.</summary>
    public PrefixNodeRecord Report(PrefixNodeReport report, TimeSpan now)
    {
        Invariant.Require(report.Node == node, "a prefix node is told about itself only");
        (_tokens, _holders) = (report.Tokens, report.Holders);
        if (report.Generation >= _generation)
        {
            // Of equals the scheduler's is the newer: it answers for workers that have left.
            (_assigned, _generation) = (report.Assigned, report.Generation);
        }

        if (report.Requests > 0 || report.QueueSeconds > 0)
        {
            MakeRoom();
            _sightings.Enqueue(new Sighting(now, report.Requests, Math.Max(0, report.QueueSeconds)));
            _requests += report.Requests;
        }

        _queueing.Add(report.QueueSeconds, report.QueuedRequests, now);
        _firstTokens.Add(report.TtftSeconds, report.TtftRequests, now);
        var record = Record(now);
        return record.Hot && Grow(report.Candidates, now) ? Record(now) : record;
    }

    /// <summary>What the node knows of itself at <paramref name="now"/>.</summary>
    public PrefixNodeRecord Record(TimeSpan now)
    {
        Expire(now);
        var (older, newer, queueSeconds) = Halves(now);
        var isCold = Math.Max(older, newer) < options.ColdRequests;
        _hot = _hot ? !isCold : _requests >= options.HotRequests;
        if (isCold && _assigned.Length > 1)
        {
            // Scale-in: its requests go where the prefix is resident, and all but that wither.
            (_assigned, _generation) = ([], _generation + 1);
        }

        var queue = _requests == 0 ? 0 : queueSeconds / _requests;
        return new PrefixNodeRecord(node, _tokens, _holders, _requests, queue, _hot) { Assigned = _assigned, Generation = _generation };
    }

    /// <summary>Takes one worker more when waiting has doubled. Who waits is known by queueing times, or else by times to first token.</summary>
    private bool Grow(ImmutableArray<WorkerId> candidates, TimeSpan now)
    {
        var detector = _queueing.IsEmpty ? _firstTokens : _queueing;
        var workers = _assigned.IsEmpty ? _holders : _assigned;
        var newcomer = candidates.FirstOrDefault(candidate => !workers.Contains(candidate));
        if (!options.Replicate || newcomer == default || workers.Length >= options.MostReplicas || !detector.Fires(now))
        {
            return false;
        }

        (_assigned, _generation) = (workers.Add(newcomer), _generation + 1);
        _queueing.Clear();
        _firstTokens.Clear();
        return true;
    }

    private void Expire(TimeSpan now)
    {
        while (_sightings.TryPeek(out var oldest) && now - oldest.At >= options.Window)
        {
            _requests -= _sightings.Dequeue().Requests;
        }
    }

    private void MakeRoom()
    {
        if (_sightings.Count == Limits.PrefixNodeSightings)
        {
            _requests -= _sightings.Dequeue().Requests;
        }
    }

    private (int Older, int Newer, double QueueSeconds) Halves(TimeSpan now)
    {
        var (older, newer, queueSeconds) = (0, 0, 0.0);
        foreach (var sighting in _sightings)
        {
            if (now - sighting.At >= options.Window / 2)
            {
                older += sighting.Requests;
            }
            else
            {
                newer += sighting.Requests;
            }

            queueSeconds += sighting.QueueSeconds;
        }

        return (older, newer, queueSeconds);
    }

    private readonly record struct Sighting(TimeSpan At, int Requests, double QueueSeconds);
}
