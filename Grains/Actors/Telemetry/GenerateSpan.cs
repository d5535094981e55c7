using System.Diagnostics;
using Preble.Core.Batching;

namespace Preble.Actors.Telemetry;

/// <summary>
/// One stream of one worker as a span. The reader's side starts and disposes it, the engine's thread tells it what becomes of the sequence; an
/// activity may be told things on several threads. There is none for a stream that is not traced.
/// </summary>
internal sealed class GenerateSpan : IDisposable
{
    private readonly Activity _span;
    private readonly TimeProvider _time;
    private readonly long _arrival;
    private int _outputTokens;
    private bool _running;
    private bool _admitted;
    private volatile bool _ended;

    private GenerateSpan(Activity span, TimeProvider time) => (_span, _time, _arrival) = (span, time, time.GetTimestamp());

    /// <summary>Null when nobody listens or the trace is not sampled.</summary>
    public static GenerateSpan? Start(GenerateCommand command, WorkerId worker, TimeProvider time)
    {
        var span = Spans.Start(Spans.Generate, command.Trace);
        if (span is not { IsAllDataRequested: true })
        {
            span?.Dispose();
            return null;
        }

        span.SetTag(Spans.RequestTag, command.Request.Value);
        span.SetTag(Spans.WorkerTag, worker.Value);
        span.SetTag(Spans.InputTokensTag, command.Prompt.Length);
        if (command.OutputTokensInPrompt > 0)
        {
            span.SetTag(Spans.ResumedTag, true);
            span.SetTag(Spans.ResumedTokensTag, command.OutputTokensInPrompt);
        }

        return new GenerateSpan(span, time);
    }

    /// <summary>The engine has accepted it.</summary>
    public void Queued() => Event(Spans.QueuedEvent);

    /// <summary>Whether it waits or runs after a plan was made; a change is an event.</summary>
    public void Saw(SequenceStatus status)
    {
        var running = status == SequenceStatus.Running;
        if (running == _running)
        {
            return;
        }

        Event(!running ? Spans.PreemptedEvent : _admitted ? Spans.ResumedEvent : Spans.ScheduledEvent);
        (_running, _admitted) = (running, true);
    }

    /// <summary>What a step gave it. Before its reader is told: the reader may dispose the span then.</summary>
    public void Took(in SequenceOutput output)
    {
        if (output.Token is not null && ++_outputTokens == 1)
        {
            Event(Spans.FirstTokenEvent);
            _span.SetTag(Spans.FirstTokenTag, _time.GetElapsedTime(_arrival).TotalSeconds);
            _span.SetTag(Spans.QueueTag, output.QueueSeconds);
            _span.SetTag(Spans.CachedTokensTag, output.CachedTokens);
        }

        if (output.Finish is { } finish)
        {
            Ended(finish);
        }
    }

    public void Refused(RejectionReason reason)
    {
        _ended = true;
        _span.SetTag(Spans.FinishTag, "refused");
        _span.SetTag(Spans.ErrorTag, SchedulerInstruments.Spelled(reason.ToString()));
    }

    /// <summary>Its end, however it came about.</summary>
    public void Ended(FinishReason finish)
    {
        _ended = true;
        Event(Spans.FinishedEvent);
        _span.SetTag(Spans.FinishTag, Spelled(finish));
        _span.SetTag(Spans.OutputTokensTag, _outputTokens);
        if (finish == FinishReason.Error)
        {
            _span.SetTag(Spans.ErrorTag, "worker_failed");
            _span.SetStatus(ActivityStatusCode.Error);
        }
    }

    /// <summary>The reader has its end, or has left before there was one.</summary>
    public void Dispose()
    {
        if (!_ended)
        {
            Ended(FinishReason.Cancelled);
        }

        _span.Dispose();
    }

    private static string Spelled(FinishReason finish) => finish switch
    {
        FinishReason.TimedOut => "timed_out",
        FinishReason.SlowReader => "slow_reader",
        _ => finish.ToString().ToLowerInvariant(),
    };

    private void Event(string name) => _span.AddEvent(new ActivityEvent(name, _time.GetUtcNow()));
}
