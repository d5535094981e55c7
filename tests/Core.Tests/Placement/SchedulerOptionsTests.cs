using Preble.Core.Placement;

namespace Preble.Core.Tests.Placement;

/// <summary>A wrong option stops with a sentence that names it.</summary>
public sealed class SchedulerOptionsTests
{
    public static TheoryData<SchedulerOptions, string> Wrong() => new()
    {
        { new() { Window = TimeSpan.Zero }, "Window must be longer than zero" },
        { new() { ExploitThreshold = double.NaN }, "ExploitThreshold must be a number not below 0" },
        { new() { LoadWeight = -1 }, "LoadWeight" },
        { new() { EvictionWeight = double.PositiveInfinity }, "EvictionWeight" },
        { new() { PrefillWeight = -0.5 }, "PrefillWeight" },
        { new() { DefaultOutputTokens = 0 }, "DefaultOutputTokens must be at least 1" },
        { new() { NowWeight = -1 }, "NowWeight" },
        { new() { CopyPrice = -1 }, "CopyPrice" },
        { new() { DecodeWeight = -1 }, "DecodeWeight" },
        { new() { RequestsPerWorker = 0 }, "RequestsPerWorker" },
        { new() { WorkerTimeout = TimeSpan.Zero }, "WorkerTimeout" },
        { new() { BookingTimeout = TimeSpan.FromSeconds(-1) }, "BookingTimeout" },
        { new() { ResidencyGrace = TimeSpan.FromSeconds(-1) }, "ResidencyGrace must be not negative" },
        { new() { QueuePatience = TimeSpan.FromDays(1000) }, "QueuePatience must be at most 86400 seconds" },
        { new() { NoWorkerRetry = TimeSpan.Zero }, "NoWorkerRetry" },
        { new() { HotRequests = 2, ColdRequests = 2 }, "HotRequests must be more than ColdRequests (2)" },
        { new() { ColdRequests = 0 }, "ColdRequests" },
        { new() { IndexBlocks = 0 }, "IndexBlocks" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_value_that_makes_no_sense_is_refused_by_name(SchedulerOptions options, string sentence)
    {
        var error = Assert.Throws<ArgumentException>(options.Validate);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_defaults_are_valid() => Assert.NotNull(new SchedulerOptions().Validate());
}
