using Preble.Core.Batching.Queueing;
using Preble.Core.KvCache;

namespace Preble.Core.Batching;

/// <summary>
/// The sequences that hold no blocks, and whose turn it is: by priority, then by fairness among tenants, then by the discipline. In turn,
/// each step: <see cref="BeginRound"/>, then <see cref="Peek"/> and <see cref="Admit"/> as long as there is room. Tell it too when a
/// sequence that ran waits again (<see cref="Add"/>) or ends (<see cref="End"/>).
/// </summary>
public sealed class WaitingQueue
{
    private readonly PriorityLevels _levels;
    private readonly PrefixWatch _watch;
    private QueueRound _round;

    public WaitingQueue(WorkerCoreOptions options, BlockPool pool)
    {
        _levels = new PriorityLevels(options);
        _watch = new PrefixWatch(pool, options.WaitingRequests + options.RunningSequences);
    }

    /// <summary>Sequences that wait, parked ones included.</summary>
    public int Count { get; private set; }

    /// <summary>Those of them that a running sequence is about to compute something for.</summary>
    public int ParkedCount => _watch.ParkedCount;

    /// <summary>A new sequence, or one that was preempted.</summary>
    public void Add(Sequence sequence)
    {
        Invariant.Require(sequence.Status == SequenceStatus.Waiting, "only a waiting sequence is queued");
        var place = sequence.Place;
        place.Resumes = sequence.AdmittedAt is not null;
        if (place.Resumes)
        {
            _watch.ForgetRunning(sequence);
        }
        else
        {
            _levels.Enter(place);
        }

        _watch.Add(place);
        Count++;
    }

    /// <summary>Begins to plan a step, with what the running sequences have computed and learned since the last one.</summary>
    public void BeginRound(RunningQueue running, TimeSpan now)
    {
        _round = new QueueRound(_round.Number + 1, now);
        Follow(running);
        _watch.TakeBack();
    }

    /// <summary>
    /// Passes over the one whose turn it is, until the next step: what it waits for is no whole block, so nobody tells when it is there.
    /// </summary>
    public void SetAside(QueuePlace place) => _watch.SetAside(place);

    /// <summary>Whose turn it is; null when nobody may go.</summary>
    public QueuePlace? Peek() => _levels.Peek(_round);

    /// <summary>The one whose turn it is leaves the queue; it runs already and holds its blocks.</summary>
    public void Admit(QueuePlace place)
    {
        Invariant.Require(place.Sequence.Status == SequenceStatus.Running, "who leaves the queue runs");
        place.Level!.Take(place, _round);
        _watch.Remove(place, admitted: true);
        Count--;
        _watch.FollowRunning(place.Sequence);
    }

    /// <summary>A sequence ends, waiting or running. Not yet marked as finished.</summary>
    public void End(Sequence sequence)
    {
        if (sequence.Status == SequenceStatus.Running)
        {
            _watch.ForgetRunning(sequence);
        }
        else
        {
            _watch.Remove(sequence.Place, admitted: false);
            Count--;
        }

        _levels.End(sequence.Place, admitted: sequence.AdmittedAt is not null);
    }

    /// <summary>A running sequence has put out a token, which its tenant is charged for.</summary>
    public void ChargeOutput(Sequence sequence) => sequence.Place.Tenant!.Served += TenantFairness.OutputWeight;

    /// <summary>Throws when the queue believes something that is not so. Asks everybody: for tests and for doubt.</summary>
    internal void Audit(BlockPool pool, RunningQueue running, IEnumerable<Sequence> waiting)
    {
        Follow(running);
        QueueAudit.Check(pool, running, waiting, Count, ParkedCount);
    }

    private void Follow(RunningQueue running)
    {
        for (var i = 0; i < running.Count; i++)
        {
            _watch.FollowRunning(running[i]);
        }
    }
}
