namespace Preble.Contracts;

/// <summary>Numbers of enums are on the wire. This list is written by hand on purpose: it must not follow the code.</summary>
public sealed class FrozenNumbersTests
{
    [Fact]
    public void Finish_reasons_keep_their_numbers() =>
        Assert.Equal((1, 2, 3, 4, 5), ((int)FinishReason.Stop, (int)FinishReason.Length, (int)FinishReason.Cancelled, (int)FinishReason.Error, (int)FinishReason.Drained));

    [Fact]
    public void Rejection_reasons_keep_their_numbers() =>
        Assert.Equal(
            [1, 2, 3, 4, 5, 6, 7, 8],
            new[]
            {
                RejectionReason.QueueFull, RejectionReason.NoWorker, RejectionReason.PromptTooLong, RejectionReason.Draining,
                RejectionReason.UnknownModel, RejectionReason.DuplicateRequest, RejectionReason.InvalidRequest,
                RejectionReason.TargetUnreachable,
            }.Select(reason => (int)reason));

    [Fact]
    public void Cache_changes_answers_and_placement_reasons_keep_their_numbers()
    {
        Assert.Equal((1, 2, 3), ((int)KvCacheChangeKind.Stored, (int)KvCacheChangeKind.Removed, (int)KvCacheChangeKind.Cleared));
        Assert.Equal((1, 2, 3), ((int)ReportAnswer.Accepted, (int)ReportAnswer.SendSnapshot, (int)ReportAnswer.Register));
        Assert.Equal((1, 2, 3), ((int)PlacementReason.Exploit, (int)PlacementReason.Explore, (int)PlacementReason.Policy));
        Assert.Equal((4, 5, 6), ((int)PlacementReason.Diverted, (int)PlacementReason.Alternative, (int)PlacementReason.DecodeHeavy));
        Assert.Equal((7, 8), ((int)PlacementReason.Assigned, (int)PlacementReason.Session));
        Assert.Equal((1, 2, 3), ((int)PlacementMeasure.None, (int)PlacementMeasure.Seconds, (int)PlacementMeasure.Blocks));
        Assert.Equal((4, 5, 6), ((int)PlacementMeasure.Requests, (int)PlacementMeasure.Score, (int)PlacementMeasure.Hash));
    }
}
