using Preble.Core.Placement.Explaining;

namespace Preble.Core.Tests.Placement.Explaining;

/// <summary>Every rule has its sentence.</summary>
public sealed class PlacementSentenceTests
{
    private const double None = double.NaN;

    [Theory]
    [InlineData(PlacementReason.Exploit, "1,024 of 1,180 prompt tokens lie on w1; w1 costs 0.120 s, the next, w0, 0.450 s.")]
    [InlineData(PlacementReason.Explore, "At most 1,024 of 1,180 prompt tokens are cached, on w1; w1 costs 0.120 s, the next, w0, 0.450 s.")]
    [InlineData(PlacementReason.DecodeHeavy, "Little of the prompt is cached, and w1 mostly decodes; w1 costs 0.120 s, the next, w0, 0.450 s.")]
    [InlineData(PlacementReason.Assigned, "The prompt's prefix is assigned to w1; w1 costs 0.120 s, the next, w0, 0.450 s.")]
    [InlineData(PlacementReason.Session, "The client's session belongs to w1; w1 costs 0.120 s, the next, w0, 0.450 s.")]
    public void A_rule_says_what_decided_and_by_how_much(PlacementReason reason, string sentence) =>
        Assert.Equal(sentence, PlacementSentence.Of(Record(reason, Score("w0", 512, 0.45), Score("w1", 1024, 0.12), Score("w2", 0, 3))));

    [Fact]
    public void A_worker_that_was_passed_over_is_named()
    {
        var record = Record(PlacementReason.Diverted, Score("w0", 1024, 12.5), Score("w1", 0, 0.0451)) with { HitTokens = 0 };
        Assert.Equal("1,024 of 1,180 prompt tokens lie on w0, which has too much to do; w1 costs 0.045 s, the next, w0, 12.50 s.", PlacementSentence.Of(record));
        record = record with { Reason = PlacementReason.Alternative, HitTokens = 512 };
        Assert.StartsWith("512 of 1,180 prompt tokens lie on w1, which is so much lighter than w0 with 1,024; ", PlacementSentence.Of(record), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_cached_anywhere_is_said() => Assert.Equal(
        "Nobody holds any of the 1,180 prompt tokens; w1 costs 0.00012 s.",
        PlacementSentence.Of(Record(PlacementReason.Explore, Score("w0", 0, None), Score("w1", 0, 0.00012))));

    [Fact]
    public void A_lower_cost_that_did_not_decide_is_said() => Assert.Equal(
        "1,024 of 1,180 prompt tokens lie on w1; w1 costs 250 s, though w0 costs 7.00 s.",
        PlacementSentence.Of(Record(PlacementReason.Exploit, Score("w0", 0, 7), Score("w1", 1024, 250))));

    [Theory]
    [InlineData("round-robin", "It was the turn of w1.")]
    [InlineData("random", "w1 was drawn.")]
    [InlineData("session", "Without a session, the beginning of the prompt belongs to w1.")]
    public void Policies_that_compare_nothing_say_how_they_chose(string policy, string sentence) => Assert.Equal(sentence, PlacementSentence.Of(
        Record(PlacementReason.Policy, Score("w0", 0, None), Score("w1", 0, None)) with { Policy = policy, Measure = PlacementMeasure.None }));

    [Theory]
    [InlineData(PlacementMeasure.Blocks, "w1 costs 12.5 blocks, though w0 costs 4 blocks")]
    [InlineData(PlacementMeasure.Requests, "w1 has 13 requests in flight, though w0 has 4 requests in flight")]
    [InlineData(PlacementMeasure.Score, "w1 scores 12.50, the next, w0, 4.00")]
    public void Each_measure_has_its_unit_and_its_better_side(PlacementMeasure measure, string part) => Assert.Contains(
        part, PlacementSentence.Of(Record(PlacementReason.Exploit, Score("w0", 0, 4), Score("w1", 1024, 12.5)) with { Measure = measure }), StringComparison.Ordinal);

    [Fact]
    public void The_only_candidate_is_called_that() => Assert.Equal(
        "1,024 of 1,180 prompt tokens lie on w1; no other worker could take it.",
        PlacementSentence.Of(Record(PlacementReason.Exploit, Score("w1", 1024, 1))));

    private static WorkerScoreRecord Score(string worker, int overlap, double total) => new(new WorkerId(worker), overlap, 0, None, None, None, total);

    private static PlacementRecord Record(PlacementReason reason, params WorkerScoreRecord[] workers) => new()
    {
        Request = new RequestId("r"), Policy = "e2", Measure = PlacementMeasure.Seconds, Reason = reason, Worker = new WorkerId("w1"),
        PromptTokens = 1180, HitTokens = 1024, Workers = [.. workers],
    };
}
