using Preble.Actors.Telemetry;
using Preble.Core;
using Preble.Core.Batching;
using Preble.Core.Batching.Costs;
using Preble.Core.Engine;

namespace Preble.Actors.Workers;

/// <summary>
/// One engine, its core and the streams of its requests, as the engine's thread uses them: commands and departures first, then a step.
/// Nothing here is shared with other threads but the streams, the feed and the published status.
/// </summary>
internal sealed class EngineSession(
    WorkerRegistration identity, WorkerEngine engine, CacheChangeFeed feed, WorkerGrainOptions options, TimeProvider time,
    WorkerInstruments instruments)
{
    private readonly WorkerCore _core = new(engine.Sizes with { Costs = engine.Costs, HostSlots = engine.Host?.SlotCount ?? 0 }, engine.Host?.Entries);
    private readonly BlockMover _mover = new(engine.Engine, engine.Host);
    private readonly Dictionary<RequestId, TokenStream> _streams = [];
    private readonly TracedStreams _traced = new();
    private readonly List<TaskCompletionSource> _drains = [];
    private readonly List<KvCacheChange> _changes = [];
    private readonly int[] _sampled = new int[engine.Sizes.StepSamples];
    private readonly long _start = time.GetTimestamp();
    private double _lastStepSeconds;
    private bool _hasNews;
    private bool _toldOfWork;
    private TimeSpan _toldAt;

    public bool HasWork => _core.HasWork;

    private TimeSpan Now => time.GetElapsedTime(_start);

    public void Do(EngineCommand command)
    {
        switch (command)
        {
            case EngineCommand.Submit submit:
                Submit(submit.Stream);
                break;
            case EngineCommand.Snapshot snapshot:
                snapshot.Answer.TrySetResult(Snapshot());
                break;
            case EngineCommand.Replay replay:
                replay.Answer.TrySetResult(Replay(replay.FromNumber));
                break;
            case EngineCommand.Drain drain:
                _hasNews |= !_core.Draining;
                _core.Drain();
                HandOverWaiting();
                _drains.Add(drain.Answer);
                break;
            default:
                EndAll(FinishReason.Drained, null);
                break;
        }
    }

    /// <summary>Cancels the requests whose readers have gone or do not read, which frees their blocks.</summary>
    public void CancelDeparted()
    {
        var now = Now;
        foreach (var (request, stream) in _streams)
        {
            var stuck = stream.IsUnread(now, options.SlowReaderPatience);
            if (!stuck && !stream.ReaderGone)
            {
                continue;
            }

            _core.Cancel(request);
            _streams.Remove(request);
            if (stuck)
            {
                instruments.CutOff(identity.Worker);
                stream.End(FinishReason.SlowReader);
            }
        }
    }

    /// <summary>Ends what has passed its deadline, in the queue or running.</summary>
    public void EndOverdue()
    {
        foreach (var output in _core.EndOverdue(Now))
        {
            HandOut(output);
        }
    }

    /// <summary>Plans, computes and completes one step, and hands out what came of it.</summary>
    public void Step()
    {
        var plan = _core.PlanStep(Now);
        _traced.Look(_core);
        Invariant.Require(!plan.IsEmpty || plan.HasTransfers, "a worker that has work has a step to do");
        if (plan.HasTransfers)
        {
            var start = time.GetTimestamp();
            var moves = _mover.Move(plan, _core);
            instruments.Moved(identity.Worker, moves, time.GetElapsedTime(start).TotalSeconds);
        }

        if (plan.IsEmpty)
        {
            // It moved blocks only; what they are for is planned at once.
            return;
        }

        var (count, before) = (plan.SampledCount, time.GetTimestamp());
        engine.Engine.Step(plan, _sampled.AsSpan(0, count));
        _lastStepSeconds = time.GetElapsedTime(before).TotalSeconds;
        instruments.Stepped(identity.Worker, _lastStepSeconds);
        foreach (var output in _core.CompleteStep(_sampled.AsSpan(0, count), Now, _lastStepSeconds))
        {
            HandOut(output);
        }
    }

    /// <summary>Publishes what has changed: cache changes to the feed, the end of a drain to whoever waits for it.</summary>
    public WorkerStatus Publish()
    {
        FeedChanges();
        if (_core.Drained)
        {
            _drains.ForEach(drain => drain.TrySetResult());
            _drains.Clear();
        }

        return Status();
    }

    /// <summary>
    /// True when the scheduler should hear from the worker now: new cached blocks, a drain, work begun or ended, or a busy beat gone by.
    /// Steps bring the busy beat about, so that an idle worker needs no fast timer.
    /// </summary>
    public bool TakeNews()
    {
        if (!_hasNews && _toldOfWork == HasWork && !(HasWork && Now - _toldAt >= options.BusyBeat))
        {
            return false;
        }

        (_hasNews, _toldOfWork, _toldAt) = (false, HasWork, Now);
        return true;
    }

    /// <summary>Gives every request its end and every waiting command its answer. After a failure the core is not asked: it may be what failed.</summary>
    public WorkerStatus Finish(string? error)
    {
        EndAll(error is null ? FinishReason.Drained : FinishReason.Error, error);
        _drains.ForEach(drain => drain.TrySetResult());
        return error is null
            ? Status() with { Healthy = false }
            : new WorkerStatus { Worker = identity.Worker, Epoch = identity.Epoch, Healthy = false };
    }

    /// <summary>At a clean stop: hands on what the steps have taught of their costs, so that the next start knows it.</summary>
    public void KeepCosts()
    {
        if (_core.Costs.Model is { } model && CostDrift.IsWorthKeeping(engine.Costs, model.Current.ToProfile(), model.Steps))
        {
            engine.KeepCosts?.Invoke(model.Current.ToProfile());
        }
    }

    private void Submit(TokenStream stream)
    {
        if (_core.Submit(stream.Command, Now) is { } rejection)
        {
            stream.Reject(rejection);
            return;
        }

        _streams.Add(stream.Command.Request, stream);
        _traced.Add(stream);
    }

    private void HandOut(in SequenceOutput output)
    {
        var stream = _streams[output.Request];
        if (stream.TryBegin())
        {
            instruments.Queued(identity.Worker, output.QueueSeconds);
        }

        stream.Push(output);
        if (output.Finish is not null)
        {
            _streams.Remove(output.Request);
        }
    }

    /// <summary>What only waits can begin elsewhere at once; what was preempted goes on there.</summary>
    private void HandOverWaiting()
    {
        foreach (var request in _core.WaitingRequests())
        {
            _core.Cancel(request);
            _streams.Remove(request, out var stream);
            if (stream!.HasBegun)
            {
                stream.End(FinishReason.Drained);
            }
            else
            {
                stream.Reject(Admission.Draining());
            }
        }
    }

    private void EndAll(FinishReason finish, string? error)
    {
        if (error is null)
        {
            foreach (var request in _streams.Keys)
            {
                _core.Cancel(request);
            }
        }

        foreach (var stream in _streams.Values)
        {
            stream.End(finish, error);
        }

        _streams.Clear();
        _traced.Clear();
    }

    private KvCacheSnapshot Snapshot()
    {
        // First the feed: then a batch is wholly contained in the snapshot or wholly after it.
        FeedChanges();
        var (next, blocks) = _core.Snapshot();
        return new KvCacheSnapshot(identity.Worker, identity.Epoch, next, [.. blocks])
        {
            HostBlocks = [.. _core.HostEntries().Select(entry => new CachedBlock(entry.Hash, entry.Parent))],
        };
    }

    private KvCacheChanges? Replay(long fromNumber)
    {
        // First the feed: what is repeated here need not be reported again, and is skipped there by its numbers.
        FeedChanges();
        _changes.Clear();
        var kept = _core.ReplayCacheChanges(fromNumber, _changes, Limits.CacheChangesPerReport);
        return kept ? new KvCacheChanges(identity.Worker, identity.Epoch, fromNumber, [.. _changes]) : null;
    }

    private void FeedChanges()
    {
        var first = _core.FirstUntakenNumber;
        _changes.Clear();
        _core.TakeCacheChanges(_changes, int.MaxValue);
        if (_changes.Count > 0)
        {
            feed.Offer(first, [.. _changes]);
            _hasNews = true;
        }
    }

    private WorkerStatus Status() => _core.Status(identity.Worker, identity.Epoch, _lastStepSeconds, Now, options.BusyBeat);
}
