using Preble.Core.Batching;
using Preble.Testing;

namespace Preble.Core.Tests.Batching;

public sealed class PartialSharingTests
{
    private static readonly WorkerCoreOptions Options = new() { BlockSize = 16, BlockCount = 4096, ContextTokens = 4096, WatermarkShare = 0.01 };

    [Theory]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(37)]
    [InlineData(600)]
    public void The_choices_of_one_prompt_cost_one_prefill_and_a_token_each(int length)
    {
        var rig = new WorkerRig(Options);
        for (var i = 0; i < 8; i++)
        {
            rig.Submit($"choice {i}", Tokens(length), maxOutputTokens: 1);
        }

        rig.RunToEnd();
        Assert.Equal(length + 7, rig.Engine.TokensComputed);
        Assert.Equal(7, rig.Outputs.Count(output => output.CachedTokens == length - 1));
    }

    [Fact]
    public void Two_long_prompts_a_moment_apart_cost_one_prefill()
    {
        var rig = new WorkerRig(Options);
        rig.Submit("a", Tokens(2000), maxOutputTokens: 1);
        rig.Step();
        rig.Submit("b", Tokens(2000), maxOutputTokens: 1);
        rig.RunToEnd();
        Assert.Equal(2001, rig.Engine.TokensComputed);
    }

    [Fact]
    public void Sixty_four_prompts_over_eight_prefixes_compute_each_prefix_once_to_within_two_percent()
    {
        var rig = new WorkerRig(Options, vocabularySize: 50_000);
        var random = new SeededRandom(3);
        var prefixes = Enumerable.Range(0, 8).Select(_ => random.Tokens(1500, 50_000)).ToArray();
        for (var i = 0; i < 64; i++)
        {
            rig.Submit($"r{i}", [.. prefixes[i % 8], .. random.Tokens(32, 50_000)], maxOutputTokens: 1);
        }

        rig.RunToEnd();
        const int ideal = (8 * 1500) + (64 * 32);
        Assert.InRange(rig.Engine.TokensComputed, ideal * 0.99, ideal * 1.02);
        foreach (var id in new[] { "r0", "r17", "r63" })
        {
            Assert.Single(rig.TokensOf(id));
        }
    }

    [Fact]
    public void The_longest_common_beginning_is_chosen_among_the_cached_blocks()
    {
        var rig = new WorkerRig(Options with { BlockSize = 4 });
        rig.Submit("a", [1, 2, 3, 4, 5, 9, 9, 9, 9], maxOutputTokens: 1);
        rig.Submit("b", [1, 2, 3, 4, 5, 6, 7, 9, 9], maxOutputTokens: 1);
        rig.Submit("c", [1, 2, 3, 4, 5, 6, 9, 9, 9], maxOutputTokens: 1);
        rig.RunToEnd();
        rig.Submit("d", [1, 2, 3, 4, 5, 6, 7, 8, 8], maxOutputTokens: 1);
        rig.RunToEnd();
        Assert.Equal(7, rig.Outputs[^1].CachedTokens);
    }

    [Fact]
    public void A_part_is_not_shared_between_salts_not_even_of_a_first_block()
    {
        var rig = new WorkerRig(Options);
        rig.Submit("a", Tokens(30), maxOutputTokens: 9, salt: "one");
        rig.Step();
        rig.Submit("b", Tokens(30), maxOutputTokens: 1, salt: "two");
        rig.Submit("c", Tokens(12), maxOutputTokens: 1, salt: "two");
        rig.Submit("d", Tokens(12), maxOutputTokens: 1);
        rig.RunToEnd();
        Assert.Equal(["b", "c", "d"], rig.Outputs.Where(output => output.Finish is not null && output.Request.Value != "a").Select(output => output.Request.Value).Order(StringComparer.Ordinal));
        Assert.Equal(0, CachedOf(rig, "b"));
        Assert.Equal(11, CachedOf(rig, "c"));
        Assert.Equal(0, CachedOf(rig, "d"));
    }

    [Fact]
    public void When_the_source_is_the_last_free_block_the_part_is_computed()
    {
        var rig = new WorkerRig(Options with { BlockSize = 4, BlockCount = 2, WatermarkShare = 0 });
        rig.Submit("a", [1, 2, 3, 4], maxOutputTokens: 1);
        rig.RunToEnd();
        rig.Submit("b", [1, 2, 3, 9, 9], maxOutputTokens: 1);
        rig.RunToEnd();
        Assert.Equal((0, 0), (rig.Outputs[^1].CachedTokens, rig.Host.Copies));
    }

    [Fact]
    public void The_source_of_a_copy_is_not_taken_by_the_plan_that_copies_it()
    {
        var rig = new WorkerRig(Options with { BlockSize = 4, BlockCount = 3, WatermarkShare = 0 });
        rig.Submit("a", [1, 2, 3, 4], maxOutputTokens: 1);
        rig.RunToEnd();

        // Three free blocks, of which the cached one would be taken last; the sequence needs two and the copy's source is held.
        rig.Submit("b", [1, 2, 3, 9, 9], maxOutputTokens: 1);
        rig.RunToEnd();
        Assert.Equal((3, 1), (rig.Outputs[^1].CachedTokens, rig.Host.Copies));
        Assert.Equal(AloneGenerator.Generate(WorkerRig.Command("b", [1, 2, 3, 9, 9], 1), 256, 12).Tokens, rig.TokensOf("b"));
    }

    private static int CachedOf(WorkerRig rig, string request) => rig.Outputs.Last(output => output.Request.Value == request).CachedTokens;

    private static int[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(i => i % 250)];
}
