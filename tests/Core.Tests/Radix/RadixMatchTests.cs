using Preble.Core.Radix;
using Preble.Testing;

namespace Preble.Core.Tests.Radix;

/// <summary>What a look-up answers, and what it costs: counted, never timed.</summary>
public sealed class RadixMatchTests
{
    private readonly RadixTree _tree = new();
    private readonly RadixMatch _match = new();
    private readonly Dictionary<int, WorkerCache> _workers = [];

    [Fact]
    public void The_longest_come_first_and_nobody_without_a_block()
    {
        Store(3, "abcdef");
        Store(70, "abcd");
        Store(1, "abx");
        Store(5, "zz");
        Assert.Equal([new(3, 6), new(70, 4), new(1, 2)], Longest("abcdef", 10));
        Assert.Equal([new(3, 6), new(70, 4)], Longest("abcdef", 2));
        Assert.Equal((6, 4, 2, 0), (_match.OverlapBlocks(3), _match.OverlapBlocks(70), _match.OverlapBlocks(1), _match.OverlapBlocks(5)));
        Assert.Empty(Longest("q", 3));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    public void The_work_of_a_find_is_the_same_in_a_tree_a_hundred_times_as_large(int prompts)
    {
        for (var prompt = 0; prompt < prompts; prompt++)
        {
            Store(prompt % 50, (char)(1000 + prompt) + "shared");
            Store((prompt + 1) % 50, (char)(1000 + prompt) + "shark");
        }

        Assert.Equal([new(7, 7), new(8, 5)], Longest((char)1007 + "shared", 2));
        Assert.InRange(_match.Visits, 4, 8);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(7000)]
    public void The_work_of_a_find_is_the_same_for_any_number_of_workers_that_share_its_start(int workers)
    {
        for (var slot = 0; slot < workers; slot++)
        {
            Store(slot, "shared" + (char)('A' + (slot % 20)));
        }

        Store(9, "sharedHome");
        Assert.Equal([new(9, 10)], Longest("sharedHome", 1));
        Assert.InRange(_match.Visits, 1, HolderSet.Few * 2);
    }

    [Fact]
    public void A_find_allocates_nothing()
    {
        for (var slot = 0; slot < 200; slot++)
        {
            Store(slot, "shared" + (char)('A' + (slot % 20)) + "tail");
        }

        var prompt = PromptBlocks.Of("sharedCtail");
        Span<WorkerOverlap> best = stackalloc WorkerOverlap[16];
        Find(prompt, best);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Find(prompt, best);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Many_workers_each_with_another_part_of_an_edge_are_few_wherever_a_find_looks()
    {
        var text = string.Concat(Enumerable.Range(0, 300).Select(index => (char)('A' + (index % 50))));
        Store(0, text);
        for (var slot = 1; slot < 300; slot++)
        {
            Store(slot, text[..slot]);
        }

        Assert.Equal([new(0, 300), new(299, 299), new(298, 298)], Longest(text, 3));
        Assert.Equal([100, 150, 299], new[] { 100, 150, 299 }.Select(_match.OverlapBlocks));
        Assert.InRange(_match.Visits, 1, 300);
    }

    [Fact]
    public void Nodes_that_nothing_parts_any_more_become_one()
    {
        var worker = new WorkerCache(0);
        Serve(worker, "abcdef");
        Serve(worker, "abcxyz");
        Assert.Equal(3, _tree.NodeCount);
        foreach (var hash in PromptBlocks.Of("abcxyz")[3..].Reverse())
        {
            _tree.Remove(worker, hash);
        }

        Serve(worker, "abcdef");
        Assert.Equal((6, 1), (_tree.BlockCount, _tree.NodeCount));
    }

    private void Serve(WorkerCache worker, string prompt)
    {
        var leaf = _tree.Insert(PromptBlocks.Of(prompt), int.MaxValue)!;
        _tree.Begin(leaf, worker);
        Store(worker, prompt);
        _tree.Forget(leaf, worker);
        _tree.End(leaf, worker);
    }

    private void Store(int slot, string prompt)
    {
        if (!_workers.TryGetValue(slot, out var worker))
        {
            _workers.Add(slot, worker = new WorkerCache(slot));
        }

        Store(worker, prompt);
    }

    private void Store(WorkerCache worker, string prompt)
    {
        var previous = BlockHash.None;
        foreach (var hash in PromptBlocks.Of(prompt))
        {
            _tree.Store(worker, hash, previous);
            previous = hash;
        }
    }

    private WorkerOverlap[] Longest(string prompt, int count)
    {
        var best = new WorkerOverlap[count];
        return best[..Find(PromptBlocks.Of(prompt), best)];
    }

    private int Find(BlockHash[] prompt, Span<WorkerOverlap> best)
    {
        _match.Find(_tree, prompt);
        return _match.FindLongest(best);
    }
}
