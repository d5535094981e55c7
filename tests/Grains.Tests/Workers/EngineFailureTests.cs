using Preble.Core;
using Preble.Core.Engine;
using Preble.Testing;

namespace Preble.Grains.Tests.Workers;

/// <summary>An engine that fails takes nobody's answer with it, and is replaced.</summary>
public sealed class EngineFailureTests : IAsyncDisposable
{
    private readonly RecordingScheduler _scheduler = new();
    private readonly GrainRig _rig;

    public EngineFailureTests() => _rig = new GrainRig(_scheduler);

    public static TheoryData<Exception> Failures => [new EngineException("the device is gone"), new InvariantException("a planted bug"), new IOException("anything")];

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Every_stream_hears_of_the_failure_and_the_worker_comes_back_with_a_new_epoch(Exception failure)
    {
        await _rig.StartAsync();
        _rig.Gate.Close();
        var streams = new[] { _rig.GenerateAsync(Requests.Of("a")), _rig.GenerateAsync(Requests.Of("b", 4000)), _rig.GenerateAsync(Requests.Of("c")) };
        await Wait.ForAsync(_rig.Gate.Reached(1), "a step");
        _rig.Gate.Failure = failure;
        _rig.Gate.Open();
        foreach (var received in await Wait.ForAsync(Task.WhenAll(streams), "every answer"))
        {
            AssertToldOrTurnedAway(received, failure);
        }

        await _scheduler.HeardAsync<WorkerId>(_ => true, "the scheduler to be told of the loss");
        Assert.False((await _rig.Worker().GetStatusAsync()).Healthy);
        await RestartAsync(TimeSpan.FromSeconds(1), registrations: 2);
        var epochs = _scheduler.Heard<WorkerRegistration>().Select(registration => registration.Epoch).ToList();
        Assert.True(epochs[1] > epochs[0], $"epochs {string.Join(", ", epochs)}");
        await AssertServesAsync();
    }

    [Fact]
    public async Task While_the_engine_is_made_anew_requests_are_refused_with_a_time()
    {
        await FailOnceAsync();
        var received = await Wait.ForAsync(_rig.GenerateAsync(Requests.Of("meanwhile")), "the refusal");
        Assert.True(Assert.Single(received.Chunks).Rejection is { Reason: RejectionReason.NoWorker, RetryAfterSeconds: > 0 });
    }

    [Fact]
    public async Task An_engine_that_cannot_be_made_again_is_tried_again_after_a_longer_wait()
    {
        await FailOnceAsync();
        _rig.Engines.Failure = new EngineException("no memory");
        await _rig.AdvanceAsync(TimeSpan.FromSeconds(1.1), timers: 1);
        await Wait.UntilAsync(() => _rig.Engines.Failure is null, "the vain attempt");
        await RestartAsync(TimeSpan.FromSeconds(2), registrations: 2);
        Assert.Equal(2, _rig.Engines.Made);
        await AssertServesAsync();
    }

    [Fact]
    public async Task A_first_engine_that_cannot_be_made_fails_the_start_and_the_next_start_tries_again()
    {
        _rig.Engines.Failure = new EngineException("no memory");
        var failure = await Assert.ThrowsAsync<EngineException>(() => _rig.StartAsync());
        Assert.Equal("no memory", failure.Message);
        await _rig.StartAsync();
        await AssertServesAsync();
    }

    [Fact]
    public async Task A_worker_outlives_a_scheduler_that_cannot_be_reached()
    {
        await _rig.StartAsync();
        _scheduler.Failure = new TimeoutException("no answer");
        await AssertServesAsync();
        await Wait.UntilAsync(() => _scheduler.Failure is null, "the failed report");
        var heard = _scheduler.Heard<WorkerReport>().Count;
        await _rig.AdvanceAsync(TimeSpan.FromSeconds(1), timers: 1);
        await Wait.UntilAsync(() => _scheduler.Heard<WorkerReport>().Count > heard, "the next beat");
    }

    private static void AssertToldOrTurnedAway(Received received, Exception failure)
    {
        if (received.Last.Rejection is { } rejection)
        {
            Assert.Equal(RejectionReason.NoWorker, rejection.Reason);
            return;
        }

        Assert.Equal(FinishReason.Error, received.Last.Finish);
        Assert.Contains(failure.Message, received.Last.Error, StringComparison.Ordinal);
    }

    private async Task FailOnceAsync()
    {
        await _rig.StartAsync();
        _rig.Gate.Failure = new EngineException("the device is gone");
        var received = await Wait.ForAsync(_rig.GenerateAsync(Requests.Of("first")), "the failure");
        Assert.Equal(FinishReason.Error, received.Last.Finish);
        await _scheduler.HeardAsync<WorkerId>(_ => true, "the scheduler to be told of the loss");
    }

    private async Task RestartAsync(TimeSpan delay, int registrations)
    {
        await _rig.AdvanceAsync(delay, timers: 1);
        await Wait.UntilAsync(
            async () =>
            {
                // The delay counts from when the grain noticed; a beat or two later it is over for certain.
                await _rig.AdvanceAsync(TimeSpan.FromMilliseconds(50), timers: 1);
                return _scheduler.Heard<WorkerRegistration>().Count == registrations;
            },
            "the new registration");
    }

    private async Task AssertServesAsync()
    {
        var command = Requests.Of("after", seed: 9);
        Assert.Equal(Requests.Alone(command), (await Wait.ForAsync(_rig.GenerateAsync(command), "a stream of the new engine")).Tokens);
    }
}
