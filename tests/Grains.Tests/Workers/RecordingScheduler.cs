using System.Collections.Immutable;
using Preble.Testing;

namespace Preble.Grains.Tests.Workers;

/// <summary>A scheduler that writes down what workers tell it and answers what the test says.</summary>
public sealed class RecordingScheduler : ISchedulerGrain
{
    private readonly Lock _lock = new();
    private readonly List<object> _heard = [];

    /// <summary>The answer to the next report; then all is accepted again.</summary>
    public ReportAnswer NextAnswer { get; set; } = ReportAnswer.Accepted;

    /// <summary>Asks for a snapshot until it gets one: a replay will not do.</summary>
    public bool WantsSnapshot { get; set; }

    /// <summary>Thrown by the next report, once.</summary>
    public Exception? Failure { get; set; }

    public Task<PlacementResult> PlaceAsync(PlacementQuery query, CancellationToken cancellation) => throw new NotSupportedException();

    public Task CompleteAsync(RequestCompletion completion) => throw new NotSupportedException();

    public Task RegisterAsync(WorkerRegistration registration) => Hear(registration);

    public async Task<ReportAnswer> ReportAsync(WorkerReport report)
    {
        await Hear(report);
        var failure = Failure;
        Failure = null;
        if (failure is not null)
        {
            throw failure;
        }

        var answer = WantsSnapshot ? ReportAnswer.SendSnapshot : NextAnswer;
        NextAnswer = ReportAnswer.Accepted;
        return answer;
    }

    public Task<ImmutableArray<PlacementRecord>> GetPlacementsAsync(PlacementFilter filter) => throw new NotSupportedException();

    public Task<ImmutableArray<PlacementRecord>> FindPlacementsAsync(RequestId request) => throw new NotSupportedException();

    public Task RestoreAsync(KvCacheSnapshot snapshot)
    {
        WantsSnapshot = false;
        return Hear(snapshot);
    }

    public Task LoseAsync(WorkerId worker) => Hear(worker);

    public Task<FleetOverview> GetFleetAsync() => throw new NotSupportedException();

    public Task HearAsync(ShardLoads loads) => Hear(loads);

    public IReadOnlyList<T> Heard<T>()
    {
        lock (_lock)
        {
            return [.. _heard.OfType<T>()];
        }
    }

    public async Task<T> HeardAsync<T>(Func<T, bool> right, string what)
    {
        await Wait.UntilAsync(() => Heard<T>().Any(right), what);
        return Heard<T>().First(right);
    }

    private Task Hear(object message)
    {
        lock (_lock)
        {
            _heard.Add(message);
        }

        return Task.CompletedTask;
    }
}
