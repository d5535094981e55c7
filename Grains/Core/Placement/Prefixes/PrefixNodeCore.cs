using System.Collections.Immutable;

namespace Preble.Core.Placement.Prefixes;

/// <summary>
/// The record of one hot prefix as a state machine: fed by <see cref="Report"/>, asked by <see cref="Record"/>.
/// It counts requests in two halves of the window H: it is hot once the whole window saw enough and cools only when both halves are cold,
/// so that one quiet moment does not retire a prefix.
/// </summary>
public sealed class PrefixNodeCore(PrefixNodeId node, SchedulerOptions options)
{
    private readonly Queue<Sighting> _sightings = new();
    private ImmutableArray<WorkerId> _holders = [];
    private int _tokens;
    private int _requests;
    private bool _hot;

    /// <summary>Takes in what the scheduler has seen since its last report.</summary>
    public PrefixNodeRecord Report(PrefixNodeReport report, TimeSpan now)
    {
        Invariant.Require(report.Node == node, "a prefix node is told about itself only");
        _tokens = report.Tokens;
        _holders = report.Holders;
        if (report.Requests > 0 || report.QueueSeconds > 0)
        {
            MakeRoom();
            _sightings.Enqueue(new Sighting(now, report.Requests, Math.Max(0, report.QueueSeconds)));
            _requests += report.Requests;
        }

        return Record(now);
    }

    /// <summary>What the node knows of itself at <paramref name="now"/>.</summary>
    public PrefixNodeRecord Record(TimeSpan now)
    {
        Expire(now);
        var (older, newer, queueSeconds) = Halves(now);
        _hot = _hot ? Math.Max(older, newer) >= options.ColdRequests : _requests >= options.HotRequests;
        return new PrefixNodeRecord(node, _tokens, _holders, _requests, _requests == 0 ? 0 : queueSeconds / _requests, _hot);
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
