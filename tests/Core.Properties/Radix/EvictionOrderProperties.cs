using Preble.Core.Radix;
using Preble.Testing;

namespace Preble.Core.Properties.Radix;

/// <summary>
/// The order in which a worker is taken to evict, in a tree of its own and in one where other workers and prompts cut its edges: the same,
/// for a worker that loses blocks from the end of its order and takes them in again with and without a request.
/// </summary>
public sealed class EvictionOrderProperties
{
    private const int PromptLength = 12;

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_order_of_eviction_does_not_depend_on_the_cuts_of_others(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var (alone, among) = (new Side(), new Side());
        for (var step = 0; step < 60; step++)
        {
            var prompt = Prompt(random);
            switch (random.Below(6))
            {
                case 0 or 1:
                    alone.Serve(prompt);
                    among.Serve(prompt);
                    break;
                case 2:
                    var evicted = random.Below(2) == 0 ? alone.Order().Take(random.Below(8)).ToArray() : alone.SomeEnd(random, prompt);
                    Array.ForEach(evicted, hash => alone.Tree.Remove(alone.Worker, hash));
                    Array.ForEach(evicted, hash => among.Tree.Remove(among.Worker, hash));
                    break;
                case 3:
                    alone.Tree.Store(alone.Worker, prompt, BlockHash.None);
                    among.Tree.Store(among.Worker, prompt, BlockHash.None);
                    break;
                default:
                    among.Disturb(prompt[..(1 + random.Below(prompt.Length))], random.Below(2) == 0);
                    break;
            }

            Assert.Equal(alone.Order(), among.Order());
        }
    }

    [Fact]
    public void The_generator_reaches_cuts_and_blocks_that_come_back()
    {
        var (cuts, back) = (0, 0);
        for (var seed = 1; seed <= 20; seed++)
        {
            var random = new SeededRandom((ulong)seed);
            var side = new Side();
            for (var step = 0; step < 60; step++)
            {
                var prompt = Prompt(random);
                var nodes = side.Tree.NodeCount;
                side.Disturb(prompt[..(1 + random.Below(prompt.Length))], true);
                cuts += side.Tree.NodeCount > nodes ? 1 : 0;
                var held = side.Worker.HeldBlocks;
                Array.ForEach(side.Order().Take(3).ToArray(), hash => side.Tree.Remove(side.Worker, hash));
                side.Tree.Store(side.Worker, prompt, BlockHash.None);
                back += held > 0 && side.Worker.HeldBlocks >= held ? 1 : 0;
            }
        }

        Assert.True(cuts > 50, $"only {cuts} cuts");
        Assert.True(back > 50, $"only {back} times as much as before");
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 100)];

    private static BlockHash[] Prompt(SeededRandom random)
    {
        var letters = new string('a', PromptLength).ToCharArray();
        letters[random.Below(3) * 4] = (char)('a' + random.Below(3));
        return PromptBlocks.Of(new string(letters));
    }

    private sealed class Side
    {
        private readonly WorkerCache _other = new(1);

        public RadixTree Tree { get; } = new();

        public WorkerCache Worker { get; } = new(0);

        /// <summary>Blocks as the worker would evict them, the first to go first; a prefix loses its end first.</summary>
        public BlockHash[] Order() => [.. Worker.Evictable.SelectMany(holding => holding.Node.Blocks[..holding.Held].ToArray().Reverse())];

        /// <summary>The end of a prompt, from its last block on, where the worker holds nothing behind it: another order than ours.</summary>
        public BlockHash[] SomeEnd(SeededRandom random, BlockHash[] prompt)
        {
            var holding = Worker.Evictable.FirstOrDefault(holding => holding.Held > 1 && holding.Node.Hash == prompt[^1]);
            return holding is null ? [] : [.. prompt.Reverse().Take(1 + random.Below(holding.Held))];
        }

        /// <summary>A request comes, is computed, ends, and leaves the window.</summary>
        public void Serve(BlockHash[] prompt)
        {
            var leaf = Tree.Insert(prompt, int.MaxValue)!;
            Tree.Begin(leaf, Worker);
            Tree.Store(Worker, prompt, BlockHash.None);
            Tree.End(leaf, Worker);
            Tree.Forget(leaf, Worker);
        }

        /// <summary>Another worker takes a prompt, and gives it back or keeps it: edges are cut where it ends.</summary>
        public void Disturb(BlockHash[] prompt, bool keeps)
        {
            var leaf = Tree.Insert(prompt, int.MaxValue)!;
            Tree.Begin(leaf, _other);
            Tree.Store(_other, prompt, BlockHash.None);
            Tree.End(leaf, _other);
            Tree.Forget(leaf, _other);
            if (!keeps)
            {
                Tree.Clear(_other);
            }
        }
    }
}
