using Preble.Core.Radix;
using Preble.Testing;

namespace Preble.Core.Tests.Radix;

/// <summary>The prefix tree, one rule each; its agreement with a dumb version is a property test.</summary>
public sealed class RadixTreeTests
{
    private readonly RadixTree _tree = new();
    private readonly WorkerCache _worker = new(0);
    private readonly WorkerCache _far = new(130);

    [Fact]
    public void Successive_blocks_make_one_edge()
    {
        Store(_worker, "abcdefghij");
        Assert.Equal((10, 1), (_tree.BlockCount, _tree.NodeCount));
    }

    [Fact]
    public void Two_prompts_part_where_they_differ()
    {
        Store(_worker, "abcdef");
        Store(_worker, "abcxy");
        Assert.Equal((8, 3), (_tree.BlockCount, _tree.NodeCount));
        Assert.Equal((6, 5, 3), (Overlap(_worker, "abcdef"), Overlap(_worker, "abcxy"), Overlap(_worker, "abcz")));
    }

    [Fact]
    public void A_second_worker_covers_part_of_an_edge_without_a_cut()
    {
        Store(_worker, "abcdef");
        Store(_far, "abc");
        Assert.Equal(1, _tree.NodeCount);
        Assert.Equal((6, 3), (Overlap(_worker, "abcdef"), Overlap(_far, "abcdef")));
    }

    [Fact]
    public void A_match_stops_at_a_hole_though_what_follows_is_held()
    {
        Store(_worker, "abcdef");
        _tree.Remove(_worker, PromptBlocks.Of("abc")[^1]);
        Assert.Equal((2, 5), (Overlap(_worker, "abcdef"), _worker.HeldBlocks));
        _tree.Store(_worker, PromptBlocks.Of("abc")[^1], PromptBlocks.Of("ab")[^1]);
        Assert.Equal(6, Overlap(_worker, "abcdef"));
    }

    [Fact]
    public void A_block_held_without_those_before_it_counts_for_nothing()
    {
        var blocks = PromptBlocks.Of("abcdef");
        Store(_worker, "abcdef");
        _tree.Store(_far, blocks[3], blocks[2]);
        Assert.Equal((0, 1), (Overlap(_far, "abcdef"), _far.HeldBlocks));
        _tree.Remove(_far, blocks[0]);
        Assert.Equal((0, 1), (Overlap(_far, "abcdef"), _far.HeldBlocks));
    }

    [Fact]
    public void A_block_told_before_its_parent_counts_once_the_parent_comes()
    {
        var blocks = PromptBlocks.Of("abc");
        _tree.Store(_worker, blocks[2], blocks[1]);
        Assert.Equal(0, Overlap(_worker, "abc"));
        _tree.Store(_worker, blocks[0], BlockHash.None);
        _tree.Store(_worker, blocks[1], blocks[0]);
        Assert.Equal(3, Overlap(_worker, "abc"));
        _tree.Drop(_worker);
        Assert.Equal((0, 0), (_tree.BlockCount, _tree.NodeCount));
    }

    [Fact]
    public void Evicting_from_the_end_shortens_the_edge()
    {
        var blocks = PromptBlocks.Of("abcdef");
        Store(_worker, "abcdef");
        Store(_far, "abcd");
        foreach (var block in blocks.Reverse().Take(4))
        {
            _tree.Remove(_worker, block);
        }

        Assert.Equal((4, 1), (_tree.BlockCount, _tree.NodeCount));
        Assert.Equal((2, 4), (Overlap(_worker, "abcdef"), Overlap(_far, "abcdef")));
    }

    [Fact]
    public void A_prompt_in_flight_counts_as_resident_on_its_worker()
    {
        var leaf = _tree.Insert(PromptBlocks.Of("abcd"), int.MaxValue)!;
        _tree.Begin(leaf, _worker);
        Assert.Equal((4, 0), (Overlap(_worker, "abcdef"), Overlap(_far, "abcdef")));
        Store(_worker, "ab");
        _tree.End(leaf, _worker);
        Assert.Equal((2, 4), (Overlap(_worker, "abcdef"), _tree.BlockCount));
        _tree.Forget(leaf, _worker);
        Assert.Equal(2, _tree.BlockCount);
    }

    [Fact]
    public void The_least_recently_used_comes_first_and_a_leaf_before_its_parent()
    {
        Serve("aaxx");
        Serve("aayy");
        Serve("bb");
        Serve("aaxx");
        Assert.Equal(["aayy", "bb", "aaxx", "aa"], _worker.Evictable.Select(holding => Name(holding.Node.Hash)));
    }

    [Fact]
    public void Holders_have_the_whole_prefix()
    {
        Store(_worker, "abcd");
        Store(_far, "abcd");
        _tree.Remove(_far, PromptBlocks.Of("ab")[^1]);
        var slots = new List<int>();
        _tree.FindHolders(PromptBlocks.Of("abc")[^1], slots);
        Assert.Equal([0], slots);
    }

    [Fact]
    public void Memory_is_counted_by_what_is_there()
    {
        Assert.Equal((0, 0), (_tree.Bytes, _worker.Bytes));
        for (var index = 0; index < 1000; index++)
        {
            Store(_worker, (char)('a' + index) + new string('x', 19));
        }

        Assert.InRange((double)(_tree.Bytes + _worker.Bytes) / _tree.BlockCount, 40, 100);
        _tree.Drop(_worker);
        Assert.Equal((0, 0), (_tree.Bytes, _worker.Bytes));
    }

    private void Serve(string prompt)
    {
        var leaf = _tree.Insert(PromptBlocks.Of(prompt), int.MaxValue)!;
        _tree.Begin(leaf, _worker);
        Store(_worker, prompt);
        _tree.End(leaf, _worker);
    }

    private static string Name(BlockHash hash) =>
        ((string[])["aa", "bb", "aaxx", "aayy"]).Single(prompt => PromptBlocks.Of(prompt)[^1] == hash);

    private void Store(WorkerCache worker, string prompt)
    {
        var previous = BlockHash.None;
        foreach (var hash in PromptBlocks.Of(prompt))
        {
            _tree.Store(worker, hash, previous);
            previous = hash;
        }
    }

    private int Overlap(WorkerCache worker, string prompt)
    {
        var match = new RadixMatch();
        match.Find(_tree, PromptBlocks.Of(prompt));
        return match.OverlapBlocks(worker.Slot);
    }
}
