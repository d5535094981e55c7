using Preble.Core.Placement;
using Preble.Testing;
using static Preble.Testing.SchedulerRig;

namespace Preble.Core.Tests.Placement;

/// <summary>Numbered cache changes: nothing is taken in twice, and nothing after a gap.</summary>
public sealed class PrefixIndexTests
{
    private readonly SchedulerRig _rig = new();

    [Fact]
    public void A_gap_asks_for_a_snapshot_until_one_comes()
    {
        Assert.Equal(ReportAnswer.Accepted, _rig.Store("w0", "abcd"));
        _rig.LoseChanges("w0", 3);
        Assert.Equal(ReportAnswer.SendSnapshot, _rig.Store("w0", "xyz"));
        Assert.Equal(ReportAnswer.SendSnapshot, _rig.Report("w0"));
        Assert.Equal(0, Overlap("xyz"));
        _rig.Restore("w0", "xyz", "abX");
        Assert.Equal(ReportAnswer.Accepted, _rig.Report("w0"));
        Assert.Equal((3, 2, 3), (Overlap("xyz"), Overlap("abcd"), Overlap("abX")));
    }

    [Fact]
    public void An_empty_beat_after_lost_changes_is_a_gap_too()
    {
        _rig.LoseChanges("w0", 1);
        Assert.Equal(ReportAnswer.SendSnapshot, _rig.Report("w0"));
    }

    [Fact]
    public void A_batch_told_twice_or_partly_known_adds_only_what_is_new()
    {
        _rig.Store("w0", "ab");
        Assert.Equal(ReportAnswer.Accepted, Send(1, "ab", KvCacheChangeKind.Stored));
        Assert.Equal(ReportAnswer.Accepted, Send(3, "ab", KvCacheChangeKind.Removed));
        Assert.Equal(ReportAnswer.Accepted, Send(1, "ab", KvCacheChangeKind.Stored));
        Assert.Equal(0, Overlap("ab"));
        Assert.Equal(ReportAnswer.Accepted, Send(4, "abc", KvCacheChangeKind.Stored));
        Assert.Equal(0, Overlap("abc"));
        Assert.Equal(ReportAnswer.Accepted, Send(7, "a", KvCacheChangeKind.Stored));
        Assert.Equal(3, Overlap("abc"));
    }

    [Fact]
    public void Changes_of_another_life_are_not_taken_in()
    {
        var report = new WorkerReport(_rig.Status("w0") with { Epoch = 9 }, new KvCacheChanges(new WorkerId("w0"), 9, 1, []));
        Assert.Equal(ReportAnswer.Register, _rig.Core.Report(report, default));
        var mixed = new WorkerReport(_rig.Status("w0"), new KvCacheChanges(new WorkerId("w0"), 9, 1, []));
        Assert.Equal(ReportAnswer.Register, _rig.Core.Report(mixed, default));
    }

    [Fact]
    public void A_snapshot_that_was_overtaken_is_ignored()
    {
        _rig.Store("w0", "abcd");
        var old = new KvCacheSnapshot(new WorkerId("w0"), 1, 3, [new CachedBlock(PromptBlocks.Of("a")[0], BlockHash.None)]);
        _rig.Core.Restore(old, default);
        Assert.Equal(4, Overlap("abcd"));
    }

    [Fact]
    public void A_snapshot_of_another_life_or_of_nobody_is_ignored()
    {
        _rig.Store("w0", "abcd");
        _rig.Core.Restore(new KvCacheSnapshot(new WorkerId("w0"), 2, 100, []), default);
        _rig.Core.Restore(new KvCacheSnapshot(new WorkerId("nobody"), 1, 100, []), default);
        Assert.Equal(4, Overlap("abcd"));
    }

    [Fact]
    public void Cleared_empties_one_worker_only()
    {
        _rig.Store("w0", "abcd");
        _rig.Store("w1", "abcd");
        _rig.Report("w0", new KvCacheChange(KvCacheChangeKind.Cleared, BlockHash.None, BlockHash.None));
        Assert.Equal("w1", _rig.Ticket("r", "abcde").Worker.Value);
    }

    [Fact]
    public void A_kind_of_change_that_we_do_not_know_asks_for_a_snapshot()
    {
        _rig.Report("w0", new KvCacheChange((KvCacheChangeKind)99, BlockHash.None, BlockHash.None));
        Assert.Equal(ReportAnswer.SendSnapshot, _rig.Report("w0"));
    }

    [Fact]
    public void What_the_host_tier_holds_is_neither_credited_nor_a_reason_for_a_snapshot()
    {
        _rig.Store("w0", "ab");
        Assert.Equal(ReportAnswer.Accepted, Send(3, "abc", KvCacheChangeKind.HostStored));
        Assert.Equal(ReportAnswer.Accepted, Send(6, "a", KvCacheChangeKind.HostRemoved));
        Assert.Equal(ReportAnswer.Accepted, Send(7, "ab", KvCacheChangeKind.Stored));
        Assert.Equal(2, Overlap("abc"));
    }

    [Fact]
    public void A_replay_of_what_was_missed_closes_the_gap()
    {
        _rig.Store("w0", "ab");
        Assert.Equal(ReportAnswer.SendSnapshot, Send(5, "abcde", KvCacheChangeKind.Stored));
        Assert.Equal(ReportAnswer.Accepted, Send(1, "abcdefg", KvCacheChangeKind.Stored));
        Assert.Equal(7, Overlap("abcdefg"));
    }

    [Fact]
    public void No_replay_makes_good_a_kind_of_change_that_we_do_not_know()
    {
        _rig.Report("w0", new KvCacheChange((KvCacheChangeKind)99, BlockHash.None, BlockHash.None));
        Assert.Equal(ReportAnswer.SendSnapshot, Send(1, "abc", KvCacheChangeKind.Stored));
    }

    [Fact]
    public void A_worker_that_lies_about_parents_claims_no_prefix_and_makes_no_circle()
    {
        var (a, b, y) = (PromptBlocks.Of("a")[0], PromptBlocks.Of("ab")[1], PromptBlocks.Of("xy")[1]);
        _rig.Report(
            "w0",
            new KvCacheChange(KvCacheChangeKind.Stored, b, b),
            new KvCacheChange(KvCacheChangeKind.Stored, y, a),
            new KvCacheChange(KvCacheChangeKind.Stored, a, y));
        Assert.Equal((0, 0), (Overlap("abc"), Overlap("xyz")));
        _rig.Report("w0", new KvCacheChange(KvCacheChangeKind.Cleared, BlockHash.None, BlockHash.None));
        _rig.Store("w1", "abc");
        Assert.Equal(3, Overlap("abc"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void A_number_that_no_change_can_have_asks_for_a_snapshot(long firstNumber)
    {
        Assert.Equal(ReportAnswer.SendSnapshot, Send(firstNumber, "abc", KvCacheChangeKind.Stored));
        Assert.Equal(0, Overlap("abc"));
    }

    private ReportAnswer Send(long firstNumber, string prompt, KvCacheChangeKind kind)
    {
        var blocks = PromptBlocks.Of(prompt);
        var changes = blocks.Select((hash, index) => new KvCacheChange(kind, hash, index == 0 ? BlockHash.None : blocks[index - 1]));
        var report = new KvCacheChanges(new WorkerId("w0"), 1, firstNumber, [.. changes]);
        return _rig.Core.Report(new WorkerReport(_rig.Status("w0"), report), default);
    }

    /// <summary>What any worker has of the prompt, asked by placing it and taking it back.</summary>
    private int Overlap(string prompt)
    {
        var ticket = _rig.Ticket("probe", prompt + "!");
        _rig.Complete(ticket, prompt.Length, 0, succeeded: false);
        return ticket.HitTokens;
    }
}
