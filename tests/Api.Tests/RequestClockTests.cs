using Preble.Testing;

namespace Preble.Api.Tests;

public sealed class RequestClockTests
{
    [Fact]
    public void Gaps_are_per_token_and_per_choice_and_events_without_tokens_do_not_count()
    {
        var time = new ManualTimeProvider();
        var clock = new RequestClock(time);
        Take(clock, time, seconds: 1, choice: 0, tokens: 0);
        Take(clock, time, seconds: 1, choice: 0, tokens: 2);
        Take(clock, time, seconds: 3, choice: 1, tokens: 1);
        Take(clock, time, seconds: 3, choice: 0, tokens: 4);
        Take(clock, time, seconds: 1, choice: 1, tokens: 1);
        Assert.Equal(2, clock.FirstTokenSeconds);
        Assert.Equal([1.5, 1.5, 1.5, 1.5, 4], clock.GapSeconds);
        Assert.Equal(9, clock.ElapsedSeconds);
    }

    private static void Take(RequestClock clock, ManualTimeProvider time, double seconds, int choice, int tokens)
    {
        time.Advance(TimeSpan.FromSeconds(seconds));
        clock.Take(new ChoiceEvent(choice, "", tokens, default));
    }
}
