using Preble.Core.Engine;
using Preble.Core.KvCache.Host;
using Preble.Inference;
using Preble.InferenceNative.Tests.ModelFiles;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.Engine;

/// <summary>
/// What must hold of every engine, to the last bit: the tokens of a sequence, and the logits they are chosen from, depend on its own tokens and
/// sampling alone. Serving bugs (a wrong block, a neighbour's row, a chunk's edge) break one of these.
/// </summary>
public abstract class EngineInvariants : IDisposable
{
    private const int OutputTokens = 8;

    private readonly Lazy<EngineDriver> _driver;

    protected EngineInvariants() => _driver = new(() => new EngineDriver(Model) { Traced = true });

    private protected abstract LoadedModel Model { get; }

    /// <summary>Some hundred tokens that the model takes for text.</summary>
    private protected abstract int[] Text { get; }

    private EngineDriver Driver => _driver.Value;

    [Fact]
    public void A_paged_cache_gives_what_a_contiguous_one_gives()
    {
        var contiguous = Driver.Generate(Text[..75], OutputTokens);
        var blocks = Enumerable.Range(20, 200).ToArray();
        Shuffle(blocks, new SeededRandom(7));

        var paged = Driver.Start(Text[..75], OutputTokens, blocks: blocks[..6]);
        Driver.Finish([paged]);

        paged.AssertSameAs(contiguous, "paged");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(33)]
    public void A_prefill_in_chunks_gives_what_one_in_one_piece_gives(int chunkTokens)
    {
        var whole = Driver.Generate(Text[..70], OutputTokens);

        var chunked = Driver.Start(Text[..70], OutputTokens);
        Driver.Finish([chunked], chunkTokens);

        chunked.AssertSameAs(whole, $"chunks of {chunkTokens}");
    }

    [Fact]
    public void A_batch_gives_each_sequence_what_it_gets_alone()
    {
        var prompts = Prompts();
        var alone = prompts.Select(prompt => Driver.Generate(prompt, OutputTokens)).ToList();
        Driver.FreeAllBlocks();

        var batch = prompts.Select(prompt => Driver.Start(prompt, OutputTokens)).ToList();
        Driver.Finish(batch);

        AssertSame(alone, batch);
    }

    [Fact]
    public void A_batch_that_mixes_prefill_chunks_with_decodes_gives_each_sequence_what_it_gets_alone()
    {
        var prompts = Prompts();
        var alone = prompts.Select(prompt => Driver.Generate(prompt, OutputTokens)).ToList();
        Driver.FreeAllBlocks();

        // Each step admits one more sequence, so that steps hold decodes, first chunks and later chunks side by side.
        var batch = prompts.Select(prompt => Driver.Start(prompt, OutputTokens)).ToList();
        for (var admitted = 1; admitted <= batch.Count; admitted++)
        {
            Driver.Step(batch[..admitted], chunkTokens: 24);
        }

        Assert.Contains(batch, run => run.Tokens.Count > 1);
        Assert.Contains(batch, run => run.Tokens.Count == 0);
        Driver.Finish(batch, chunkTokens: 24);
        AssertSame(alone, batch);
    }

    [Fact]
    public void A_cached_prefix_gives_what_a_recomputed_one_gives()
    {
        var recomputed = Driver.Generate(Text[..90], OutputTokens);
        int[] other = [.. Text[..64], .. Text[200..210]];
        var otherAlone = Driver.Generate(other, OutputTokens);

        // Both go on from the first four blocks of the first run, at once.
        var prefix = recomputed.Sequence.Blocks[..4].ToArray();
        var cached = new[] { Text[..90], other }.Select(prompt =>
        {
            var run = Driver.Start(prompt, OutputTokens, blocks: [.. prefix, .. Driver.TakeBlocks(64)]);
            run.Sequence.ComputedCount = 64;
            return run;
        }).ToList();
        Driver.Finish(cached);

        AssertSame([recomputed, otherAlone], cached);
    }

    [Fact]
    public void Blocks_that_were_evicted_and_restored_give_what_never_evicted_ones_give()
    {
        var undisturbed = Driver.Generate(Text[..90], OutputTokens);
        using var folder = new TemporaryFolder();
        using var host = HostFiles.Open(folder, Driver.Engine, BlockEncoding.Exact, slots: 8);
        var evicted = undisturbed.Sequence.Blocks[..5].ToArray();
        for (var i = 0; i < evicted.Length; i++)
        {
            Assert.True(host.TrySave(Driver.Engine, new HostSave(evicted[i], 7 - i, new BlockHash(1, (ulong)i), BlockHash.None)));
        }

        // Others take the blocks and write to them; then the first five come back elsewhere.
        Driver.Finish([Driver.Start(Text[150..230], OutputTokens, blocks: [.. evicted, .. Driver.TakeBlocks(32)])]);
        var restored = Driver.Start(Text[..90], OutputTokens);
        restored.Sequence.ComputedCount = 80;
        for (var i = 0; i < evicted.Length; i++)
        {
            Assert.True(host.TryLoad(Driver.Engine, new HostLoad(7 - i, new BlockHash(1, (ulong)i), restored.Sequence.Blocks[i])));
        }

        Driver.Finish([restored]);

        restored.AssertSameAs(undisturbed, "restored");
    }

    [Fact]
    public void A_sequence_that_forks_in_the_middle_of_a_block_gives_what_it_gives_alone_and_so_does_the_other()
    {
        var alone = Driver.Generate(Text[..90], OutputTokens);
        int[] other = [.. Text[..41], .. Text[200..230]];
        var otherAlone = Driver.Generate(other, OutputTokens);

        // Forty-one tokens are shared: two whole blocks, and nine slots of a third, which both go on to write.
        var first = Driver.Start(Text[..90], OutputTokens);
        Driver.Step([first], chunkTokens: 45);
        var fork = Driver.Start(other, OutputTokens, blocks: [.. first.Sequence.Blocks[..2], .. Driver.TakeBlocks(64)]);
        Driver.Engine.CopyBlock(first.Sequence.Blocks[2], fork.Sequence.Blocks[2]);
        fork.Sequence.ComputedCount = 41;
        Driver.Finish([fork, first], chunkTokens: 12);

        AssertSame([alone, otherAlone], [first, fork]);
    }

    [Fact]
    public void A_preempted_sequence_goes_on_as_if_it_had_not_been()
    {
        var undisturbed = Driver.Generate(Text[..50], OutputTokens);

        var preempted = Driver.Start(Text[..50], OutputTokens);
        var neighbour = Driver.Start(Text[100..140], OutputTokens);
        for (var step = 0; step < 4; step++)
        {
            Driver.Step([preempted, neighbour]);
        }

        Assert.Equal(4, preempted.Tokens.Count);
        preempted.Preempt(Driver.Start(Text[..50], OutputTokens).Sequence);
        Driver.Finish([neighbour, preempted], chunkTokens: 20);

        preempted.AssertSameAs(undisturbed, "preempted");
    }

    [Fact]
    public void Sampled_tokens_depend_on_seed_and_position_and_not_on_the_other_fifteen()
    {
        Driver.Traced = false;
        var cases = Enumerable.Range(0, 16).Select(i => (Prompt: Text[(10 * i)..((10 * i) + 20 + i)], Sampling: Sampling(i))).ToList();
        var alone = cases.Select(c => Driver.Generate(c.Prompt, OutputTokens, c.Sampling)).ToList();
        Driver.FreeAllBlocks();

        var batch = cases.Select(c => Driver.Start(c.Prompt, OutputTokens, c.Sampling)).ToList();
        Driver.Finish(batch, chunkTokens: 16);

        AssertSame(alone, batch);
        var greedy = cases.Select(c => Driver.Generate(c.Prompt, OutputTokens).Tokens).ToList();
        Assert.Contains(greedy.Zip(alone), pair => !pair.First.SequenceEqual(pair.Second.Tokens));
    }

    [Fact]
    public void Another_seed_gives_other_tokens_and_the_same_seed_the_same()
    {
        var hot = new SamplingOptions(Temperature: 2, Seed: 1);
        var first = Driver.Generate(Text[..20], OutputTokens, hot).Tokens;

        Assert.Equal(first, Driver.Generate(Text[..20], OutputTokens, hot).Tokens);
        Assert.NotEqual(first, Driver.Generate(Text[..20], OutputTokens, hot with { Seed = 2 }).Tokens);
    }

    public void Dispose()
    {
        if (_driver.IsValueCreated)
        {
            Driver.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    // Every option is on in some of the sixteen; history is passed for a third of them.
    private static SamplingOptions Sampling(int i) => new(
        Temperature: i % 5 == 0 ? 0 : 0.5f + (0.1f * i),
        TopK: i % 2 == 0 ? 0 : 5 * i,
        TopP: i % 4 == 0 ? 1 : 0.9f,
        MinP: i % 7 == 0 ? 0.05f : 0,
        RepetitionPenalty: i % 3 == 0 ? 1.3f : 1,
        PresencePenalty: i % 6 == 0 ? 0.5f : 0,
        FrequencyPenalty: i % 9 == 0 ? 0.5f : 0,
        Seed: (ulong)i);

    private static void AssertSame(IReadOnlyList<Run> expected, IReadOnlyList<Run> actual)
    {
        for (var i = 0; i < expected.Count; i++)
        {
            actual[i].AssertSameAs(expected[i], $"sequence {i}");
        }
    }

    private static void Shuffle(int[] items, SeededRandom random)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = random.Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    // Lengths on both sides of a block's edge.
    private List<int[]> Prompts() => [.. new[] { 1, 5, 15, 16, 17, 31, 40, 64 }.Select((length, i) => Text[(20 * i)..((20 * i) + length)])];
}
