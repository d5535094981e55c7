using Preble.Commands.Load;

namespace Preble.Api.Tests;

public sealed class LoadSummaryTests
{
    [Fact]
    public void Figures_are_of_answered_requests_and_errors_are_counted_by_kind()
    {
        var summary = LoadSummary.Of(
            [
                new LoadSample(1, [0.1, 0.3], 2, 100, 80, 3, "w1", null),
                new LoadSample(3, [], 4, 100, 0, 1, "w0", null),
                new LoadSample(0, [], 9, 0, 0, 0, null, "queue_full"),
                new LoadSample(0, [], 9, 0, 0, 0, null, "queue_full"),
            ],
            seconds: 2);
        Assert.Equal((2, 1.0, 2.0), (summary.Answered, summary.RequestsPerSecond, summary.TokensPerSecond));
        Assert.Equal(new LoadFigure(2, 1, 3), summary.FirstToken);
        Assert.Equal(0.3, summary.InterToken.P99Seconds);
        Assert.Equal([new WorkerShare("w0", 1, 0), new WorkerShare("w1", 1, 0.8)], summary.Workers);
        Assert.Equal([("queue_full", 2)], summary.Errors);
    }

    [Fact]
    public void The_99th_percentile_of_a_hundred_is_the_99th_value() =>
        Assert.Equal(99, LoadFigure.Of(Enumerable.Range(1, 100).Select(value => (double)value)).P99Seconds);

    [Fact]
    public void Requests_of_one_prefix_share_it_and_seeds_repeat()
    {
        var options = new LoadOptions(10, 0, Prefixes: 3, PrefixTokens: 50, 8, 4, Seed: 1);
        var prompts = new LoadPrompts(options);
        Assert.Equal(prompts.Prefix(1), prompts.Prefix(4));
        Assert.NotEqual(prompts.Prefix(1), prompts.Prefix(2));
        Assert.Equal(prompts.Prefix(2), new LoadPrompts(options).Prefix(2));
        Assert.NotEqual(LoadPrompts.Question(1), LoadPrompts.Question(4));
    }
}
