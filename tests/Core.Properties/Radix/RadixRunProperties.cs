using Preble.Core.Radix;
using Preble.Testing;

namespace Preble.Core.Properties.Radix;

/// <summary>
/// Blocks stored together, against the same ones stored one by one: also when workers name parents that no prompt has, or one block twice.
/// </summary>
public sealed class RadixRunProperties
{
    private const int Workers = 3;

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_run_is_stored_as_its_blocks_one_by_one(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var (together, single) = (new Side(), new Side());
        var held = Enumerable.Range(0, Workers).Select(_ => new HashSet<BlockHash>()).ToArray();
        for (var step = 0; step < 80; step++)
        {
            var worker = random.Below(Workers);
            if (random.Below(4) == 0 && held[worker].Count > 0)
            {
                var gone = held[worker].ElementAt(random.Below(held[worker].Count));
                together.Tree.Remove(together.Caches[worker], gone);
                single.Tree.Remove(single.Caches[worker], gone);
                held[worker].Remove(gone);
            }
            else
            {
                var run = Blocks(random);
                var parent = random.Below(2) == 0 ? BlockHash.None : Blocks(random)[^1];
                together.Tree.Store(together.Caches[worker], run, parent);
                for (var index = 0; index < run.Length; index++)
                {
                    single.Tree.Store(single.Caches[worker], run[index], index == 0 ? parent : run[index - 1]);
                }

                held[worker].UnionWith(run);
            }

            Assert.Equal(single.Tree.BlockCount, together.Tree.BlockCount);
            for (var slot = 0; slot < Workers; slot++)
            {
                Assert.Equal(held[slot].Count, together.Caches[slot].HeldBlocks);
                Assert.Equal(held[slot].Count, single.Caches[slot].HeldBlocks);
            }

            var prompt = Blocks(random);
            Assert.Equal(single.Overlaps(prompt), together.Overlaps(prompt));
        }

        Array.ForEach(together.Caches, together.Tree.Drop);
        Assert.Equal((0, 0), (together.Tree.BlockCount, together.Tree.NodeCount));
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 100)];

    /// <summary>A prompt as it should be, or letters drawn at random from a few, each named by itself alone: lies, and doubles.</summary>
    private static BlockHash[] Blocks(SeededRandom random)
    {
        var letters = Enumerable.Range(0, 1 + random.Below(8)).Select(_ => random.Below(3) == 0 ? 'b' : 'a').ToArray();
        return random.Below(3) > 0
            ? PromptBlocks.Of(new string(letters))
            : [.. letters.Select(letter => PromptBlocks.Of(new string('a', letter - 'a' + random.Below(5) + 1))[^1])];
    }

    private sealed class Side
    {
        private readonly RadixMatch _match = new();

        public RadixTree Tree { get; } = new();

        public WorkerCache[] Caches { get; } = [.. Enumerable.Range(0, Workers).Select(slot => new WorkerCache(slot))];

        public int[] Overlaps(BlockHash[] prompt)
        {
            _match.Find(Tree, prompt);
            return [.. Enumerable.Range(0, Workers).Select(_match.OverlapBlocks)];
        }
    }
}
