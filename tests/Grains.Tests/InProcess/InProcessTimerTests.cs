using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Preble.Actors;
using Preble.Hosting.InProcess;
using Preble.Testing;

namespace Preble.Grains.Tests.InProcess;

/// <summary>Timers tick on turns, by the test's clock.</summary>
public sealed class InProcessTimerTests : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private readonly ManualTimeProvider _time = new();
    private readonly InProcessGrains _grains;
    private ClockGrain? _clock;

    public InProcessTimerTests()
    {
        _grains = new InProcessGrains(_time, NullLogger<InProcessGrains>.Instance);
        _grains.Register<IClockGrain>(activation => _clock = new ClockGrain(activation));
    }

    public interface IClockGrain : IGrainWithStringKey
    {
        Task<int> TicksAsync();

        Task HoldAsync(Task until);
    }

    public async ValueTask DisposeAsync() => await Wait.ForAsync(_grains.DisposeAsync().AsTask(), "the host to end");

    [Fact]
    public async Task A_timer_ticks_once_a_period_and_goes_on_after_a_failed_tick()
    {
        var clock = _grains.Get<IClockGrain>("c");
        Assert.Equal(0, await clock.TicksAsync());
        for (var ticks = 1; ticks <= 3; ticks++)
        {
            await Wait.UntilAsync(() => _time.ArmedTimers == 1, "the timer to be armed again");
            _time.Advance(Period);
            await Wait.UntilAsync(async () => await clock.TicksAsync() == ticks, $"tick {ticks}");
        }
    }

    [Fact]
    public async Task A_tick_waits_for_the_turn_that_runs()
    {
        var clock = _grains.Get<IClockGrain>("c");
        await clock.TicksAsync();
        var release = new TaskCompletionSource();
        var held = clock.HoldAsync(release.Task);
        await Wait.ForAsync(_clock!.Holding.Task, "the turn to be held");
        _time.Advance(Period);
        Assert.Equal(0, _clock.Ticks);
        release.SetResult();
        await Wait.ForAsync(held, "the held turn");
        await Wait.UntilAsync(async () => await clock.TicksAsync() == 1, "the tick after it");
    }

    [Fact]
    public async Task A_disposed_timer_and_an_ended_activation_tick_no_more()
    {
        var clock = _grains.Get<IClockGrain>("c");
        await clock.TicksAsync();
        await _grains.DeactivateAsync<IClockGrain>("c");
        _time.Advance(Period);
        Assert.Equal((0, 0), (_clock!.Ticks, _time.ArmedTimers));
    }

    public sealed class ClockGrain : IClockGrain
    {
        public ClockGrain(IActivation activation)
        {
            var timer = activation.RegisterTimer(Tick, Period);
            activation.OnDeactivate(_ =>
            {
                timer.Dispose();
                return Task.CompletedTask;
            });
        }

        public int Ticks { get; private set; }

        public TaskCompletionSource Holding { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<int> TicksAsync() => Task.FromResult(Ticks);

        public Task HoldAsync(Task until)
        {
            Holding.SetResult();
            return until;
        }

        private Task Tick(CancellationToken cancellation)
        {
            Ticks++;
            return Ticks == 1 ? throw new InvalidOperationException("the first tick fails") : Task.CompletedTask;
        }
    }
}
