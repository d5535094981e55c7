using System.Collections.Concurrent;
using System.Diagnostics;
using Preble.Actors.Telemetry;
using Preble.Testing;

namespace Preble.Api.Tests.Tracing;

/// <summary>Listens to our spans. Listeners are the whole process's, so the tests that have one run alone.</summary>
internal sealed class SpanRecorder : IDisposable
{
    private readonly ConcurrentQueue<Activity> _started = new();
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public SpanRecorder()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source == Spans.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = _started.Enqueue,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public int Started(string operation) => _started.Count(span => span.OperationName == operation);

    public IReadOnlyList<Activity> Ended => [.. _ended];

    /// <summary>The span of a request ends after its last byte, which the client may have before.</summary>
    public async Task<IReadOnlyList<Activity>> WaitAsync(int count)
    {
        await Wait.UntilAsync(() => _ended.Count >= count, $"{count} spans to end");
        return Ended;
    }

    public void Dispose() => _listener.Dispose();
}

/// <summary>Tests of what one listener sees of the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SpanTests
{
    public const string Name = "spans";
}
