using Preble.Actors.Workers.HostCache;
using Preble.Core.Batching;
using Preble.Core.Engine;
using Preble.Core.KvCache.Host;
using Preble.Inference;
using Preble.InferenceNative.Tests.ModelFiles;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.Engine;

/// <summary>The worker's core, the real model and the host tier's file together.</summary>
public sealed class HostTierTests : IDisposable
{
    private const int PrefixTokens = 320;
    private const int Blocks = 30;
    private const int Slots = 40;
    private const int BlockSize = 16;

    /// <summary>What a worker that computed a prompt and then others leaves behind; made once.</summary>
    private static readonly Lazy<(int[] Prompt, List<int> Tokens, byte[] File)> Kept = new(KeepOne);

    private readonly TemporaryFolder _folder = new();
    private HostBlockFile? _host;

    /// <summary>Tokens that are computed even when the whole prefix comes back: what the last block leaves, and the output.</summary>
    private const int MostWithout = (2 * BlockSize) + 4;

    private static LoadedModel Model => TestModels.SmolNative;

    public void Dispose()
    {
        _host?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_2000_token_prefix_comes_back_at_least_four_times_faster_than_it_is_computed()
    {
        const int tokens = 2000;
        var prompts = new[] { 1, 2, 3 }.Select(seed => Prompt((ulong)seed, tokens)).ToList();
        using var driver = NewDriver(blocks: 140, slots: 400);
        driver.Audits = false;

        // Each prompt fills the cache, so each drives the one before it out.
        var computed = prompts.ConvertAll(driver.Time);
        Assert.Equal(0, driver.Mover.Total.Loaded);
        var before = driver.Computed;
        var restored = prompts.ConvertAll(driver.Time);

        Assert.Equal(computed.ConvertAll(one => one.Tokens), restored.ConvertAll(one => one.Tokens));
        Assert.Equal(0, driver.Mover.Total.Failed);
        Assert.InRange(driver.Mover.Total.Loaded, 3 * ((tokens / BlockSize) - 1), 3 * (tokens / BlockSize));
        Assert.InRange(driver.Computed - before, 1, 3 * (2 * BlockSize));
        var (slow, fast) = (Median(computed), Median(restored));
        Console.WriteLine($"measured: a prefix of {tokens} tokens computed in {slow * 1000:F0} ms, restored from the host tier in {fast * 1000:F0} ms, "
            + $"{slow / fast:F0} times faster (median of 3)");
        Assert.True(slow >= 4 * fast, $"computed in {slow:F3} s, restored in {fast:F3} s");
    }

    [Fact]
    public void A_prefix_outlives_the_worker_and_gives_the_same_tokens()
    {
        var (prompt, tokens, file) = Kept.Value;
        File.WriteAllBytes(HostFiles.PathIn(_folder), file);
        using var second = NewDriver(Blocks, Slots);
        Assert.Equal(tokens, second.Generate(prompt));

        Assert.InRange(second.Mover.Total.Loaded, (PrefixTokens / BlockSize) - 1, PrefixTokens / BlockSize);
        Assert.InRange(second.Computed, 1, MostWithout);
    }

    [Theory]
    [InlineData("block")]
    [InlineData("line")]
    [InlineData("header")]
    [InlineData("length")]
    public void A_damaged_file_is_noticed_and_what_it_kept_is_computed_again(string damage)
    {
        var (prompt, tokens, file) = Kept.Value;
        var bytes = (byte[])file.Clone();
        switch (damage)
        {
            case "block":
                // In the middle of the blocks that are kept, for slots fill from the first on.
                bytes[bytes.Length / 4] ^= 1;
                break;
            case "line":
                bytes[4096 + (10 * 64) + 3] ^= 0x80;
                break;
            case "header":
                bytes[33] ^= 4;
                break;
            default:
                Array.Resize(ref bytes, bytes.Length / 2);
                break;
        }

        File.WriteAllBytes(HostFiles.PathIn(_folder), bytes);
        using var second = NewDriver(Blocks, Slots);
        Assert.Equal(tokens, second.Generate(prompt));

        Assert.True(second.Computed > MostWithout, "nothing was computed again: the damage missed the prefix");
        Assert.Equal(damage == "block" ? 1 : 0, second.Mover.Total.Failed);
    }

    [Fact]
    public void An_int8_tier_brings_prefixes_back_in_half_the_bytes_and_the_text_goes_on()
    {
        using var driver = NewDriver(Blocks, 2 * Slots, BlockEncoding.Int8);
        var prompt = Prompt(1);
        driver.Generate(prompt);
        driver.Generate(Prompt(2));
        driver.Generate(Prompt(3));

        Assert.Equal(4, driver.Generate(prompt).Count);

        Assert.True(driver.Mover.Total.Loaded > 15, "little was loaded: the test misses the point");
        var share = (double)driver.Engine.BlockBytes(BlockEncoding.Int8) / driver.Engine.BlockBytes(BlockEncoding.Exact);
        Assert.InRange(share, 0.5, 0.54);
    }

    [Fact]
    public void A_block_that_could_not_be_saved_is_not_believed_to_be_kept()
    {
        var model = TestModels.TinyFloat;
        var options = new WorkerCoreOptions { BlockCount = 12, ContextTokens = 1024, VocabularySize = 512, RunningSequences = 8 };
        using var driver = new CoreDriver(model, options, _ => new FullDisk());
        var prompts = new ulong[] { 1, 2, 3, 1 }.Select(seed => new SeededRandom(seed).Tokens(150, 512)).ToList();
        var outputs = prompts.ConvertAll(prompt => driver.Generate(prompt));

        Assert.Equal(outputs[0], outputs[3]);
        Assert.True(driver.Mover.Total.Failed > 20, "little was evicted: the test misses the point");
        Assert.Equal((0, 0), (driver.Mover.Total.Loaded, driver.Core.Counters(TimeSpan.Zero).HostBlocks));
    }

    private static int[] Prompt(ulong seed, int tokens = PrefixTokens) => new SeededRandom(seed).Tokens(tokens, Model.Shape.VocabularySize);

    private static double Median(List<(double Seconds, List<int> Tokens)> runs) => runs.Select(run => run.Seconds).Order().ElementAt(runs.Count / 2);

    private CoreDriver NewDriver(int blocks, int slots, BlockEncoding encoding = BlockEncoding.Exact) =>
        NewDriver(blocks, engine => _host = HostFiles.Open(_folder, engine, encoding, slots));

    private static CoreDriver NewDriver(int blocks, Func<IInferenceEngine, IHostBlockStore> host) => new(
        Model,
        new WorkerCoreOptions
        {
            BlockCount = blocks, ContextTokens = Model.Shape.ContextTokens, VocabularySize = Model.Shape.VocabularySize, RunningSequences = 8,
        },
        host);

    private static (int[] Prompt, List<int> Tokens, byte[] File) KeepOne()
    {
        using var folder = new TemporaryFolder();
        HostBlockFile? host = null;
        var prompt = Prompt(1);
        using var worker = NewDriver(Blocks, engine => host = HostFiles.Open(folder, engine, BlockEncoding.Exact, Slots));
        var tokens = worker.Generate(prompt);
        for (ulong seed = 2; worker.Mover.Total.Saved < PrefixTokens / BlockSize; seed++)
        {
            worker.Generate(Prompt(seed, PrefixTokens / 2));
        }

        host!.Dispose();
        return (prompt, tokens, File.ReadAllBytes(HostFiles.PathIn(folder)));
    }

    /// <summary>Takes nothing; whoever asks it for a block was told wrong.</summary>
    private sealed class FullDisk : IHostBlockStore
    {
        public int SlotCount => 100;

        public IReadOnlyList<HostEntry> Entries => [];

        public bool TrySave(IInferenceEngine engine, in HostSave save) => false;

        public bool TryLoad(IInferenceEngine engine, in HostLoad load) => throw new InvalidOperationException("nothing was ever saved");
    }
}
