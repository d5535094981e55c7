using Preble.Core.Batching;
using Preble.Core.Batching.Speculation;
using Preble.Testing;

namespace Preble.Core.Tests.Batching;

public sealed class SpeculationTests
{
    private static readonly WorkerCoreOptions Options = new() { BlockCount = 64, ContextTokens = 256, SpeculateTokens = 8, WatermarkShare = 0 };

    [Theory]
    [InlineData(new[] { 1, 2, 3, 4, 1, 2, 3 }, new[] { 4, 1, 2, 3, 4 })]
    [InlineData(new[] { 1, 2, 3, 9, 2, 3, 8, 7, 1, 2, 3 }, new[] { 9, 2, 3, 8, 7 })]
    [InlineData(new[] { 1, 2, 3, 9, 2, 3, 8, 7, 5, 2, 3 }, new[] { 8, 7, 5, 2, 3 })]
    [InlineData(new[] { 1, 2, 3, 1, 2, 4, 1, 2 }, new[] { 4, 1, 2, 4, 1 })]
    [InlineData(new[] { 6, 6, 6 }, new[] { 6, 6, 6, 6, 6 })]
    [InlineData(new[] { 1, 2, 3, 4, 5 }, new int[0])]
    [InlineData(new[] { 1, 2, 3, 4, 2 }, new int[0])]
    [InlineData(new[] { 7, 7 }, new int[0])]
    [InlineData(new[] { 7 }, new int[0])]
    public void The_guess_is_what_followed_the_last_tokens_when_they_came_last(int[] tokens, int[] guess) => Assert.Equal(guess, Propose(tokens));

    [Fact]
    public void A_table_that_grew_with_the_tokens_finds_what_a_new_one_finds_and_a_search_would()
    {
        var found = 0;
        for (var seed = 0; seed < 50; seed++)
        {
            var tokens = new SeededRandom((ulong)seed).Tokens(300, 3);
            var lookup = new PromptLookup(Limits.LookupEntries);
            for (var count = 1; count <= tokens.Length; count++)
            {
                var into = new int[4];
                var proposed = into[..lookup.Propose(tokens.AsSpan(0, count), into)];

                Assert.Equal(Propose(tokens[..count], 4, Limits.LookupEntries), proposed);
                Assert.Equal(Search(tokens[..count], 4), proposed);
                found += proposed.Length > 0 ? 1 : 0;
            }
        }

        Assert.True(found > 10_000, $"only {found} places had something to guess");
    }

    [Fact]
    public void A_table_too_small_for_its_tokens_guesses_less_and_never_something_that_did_not_follow()
    {
        var tokens = new SeededRandom(1).Tokens(2000, 12);
        var (lookup, found) = (new PromptLookup(16), 0);
        for (var count = 3; count < tokens.Length; count++)
        {
            var into = new int[1];
            if (lookup.Propose(tokens.AsSpan(0, count), into) > 0)
            {
                found++;
                var (last, before) = (tokens[count - 1], tokens[count - 2]);
                Assert.Contains(Enumerable.Range(2, count - 2), end => end < count && tokens[end - 1] == last && tokens[end - 2] == before && tokens[end] == into[0]);
            }
        }

        Assert.InRange(found, 50, 1900);
    }

    [Fact]
    public void A_draft_grows_while_all_is_right_and_shrinks_to_what_was()
    {
        var length = new DraftLength();
        var most = Limits.DraftTokens;
        Assert.Equal(2, length.Next(most));
        length.Learn(2, 2);
        Assert.Equal(4, length.Next(most));
        Assert.Equal(3, length.Next(3));
        length.Learn(3, 3);
        Assert.Equal(6, length.Next(most));
        length.Learn(6, 6);
        length.Learn(12, 12);
        Assert.Equal(most, length.Next(most));
        length.Learn(1, 1);
        Assert.Equal(most, length.Next(most));
        length.Learn(15, 3);
        Assert.Equal(4, length.Next(most));
    }

    [Fact]
    public void Wrong_guesses_are_followed_by_longer_and_longer_pauses_until_one_is_right()
    {
        var length = new DraftLength();
        foreach (var pause in new[] { 1, 2, 4, 8, 16, 16, 16 })
        {
            length.Learn(1, 0);
            Assert.All(Enumerable.Range(0, pause), _ => Assert.Equal(0, length.Next(8)));
            Assert.Equal(1, length.Next(8));
        }

        length.Learn(1, 1);
        Assert.Equal(2, length.Next(8));
        length.Learn(2, 0);
        Assert.Equal((0, 1), (length.Next(8), length.Next(8)));
    }

    [Fact]
    public void Guesses_stay_in_the_blocks_that_their_sequence_has()
    {
        var rig = new WorkerRig(Options, vocabularySize: 1);
        rig.Submit("r", new int[13], maxOutputTokens: 40);
        rig.Step();
        Assert.Equal(0, rig.LastStep[0].Drafts);
        rig.Step();

        // The token at 13 and, at 14 and 15, two guesses, all right: the next one begins a block.
        Assert.Equal((13, 3, 2), (rig.LastStep[0].Start, rig.LastStep[0].Count, rig.LastStep[0].Drafts));
        Assert.Single(rig.LastStep[0].Blocks);
        Assert.Equal(4, rig.TokensOf("r").Count);
        rig.Step();
        Assert.Equal((16, 5, 4), (rig.LastStep[0].Start, rig.LastStep[0].Count, rig.LastStep[0].Drafts));
        Assert.Equal(2, rig.LastStep[0].Blocks.Length);
        rig.RunToEnd();
        Assert.Equal(40, rig.TokensOf("r").Count);
        Assert.Equal(FinishReason.Length, rig.Ends[new("r")]);
        var counters = rig.Core.Counters(rig.Now);
        Assert.Equal(counters.DraftedTokensTotal, counters.AcceptedTokensTotal);
        Assert.Equal(40 - counters.StepsTotal, counters.AcceptedTokensTotal);
        Assert.Equal(counters.AcceptedTokensTotal, rig.Outputs[^1].AcceptedTokens); // the last token came after a right guess
    }

    [Fact]
    public void Every_output_says_what_was_guessed_for_its_sequence_up_to_it_and_the_last_one_all()
    {
        var rig = new WorkerRig(Options, vocabularySize: 3);
        rig.Submit("length", new SeededRandom(4).Tokens(30, 3), maxOutputTokens: 60);
        rig.Submit("stop", new SeededRandom(5).Tokens(30, 3), maxOutputTokens: 100, stopTokens: [2]);
        rig.RunToEnd();

        var (drafted, accepted) = (0, 0);
        foreach (var outputs in rig.Outputs.GroupBy(output => output.Request))
        {
            Assert.Equal(outputs.Select(o => (o.DraftedTokens, o.AcceptedTokens)).Order(), outputs.Select(o => (o.DraftedTokens, o.AcceptedTokens)));
            Assert.All(outputs, output => Assert.InRange(output.AcceptedTokens, 0, output.DraftedTokens));
            var last = outputs.Last();
            Assert.NotNull(last.Finish);
            (drafted, accepted) = (drafted + last.DraftedTokens, accepted + last.AcceptedTokens);
        }

        var counters = rig.Core.Counters(rig.Now);
        Assert.Equal((counters.DraftedTokensTotal, counters.AcceptedTokensTotal), (drafted, accepted));
        Assert.InRange(accepted, 1, drafted - 1);
    }

    [Fact]
    public void Guesses_do_not_go_beyond_the_output_limit_or_the_context()
    {
        foreach (var (limit, context, expected) in new[] { (5, 256, 5), (100, 20, 16) })
        {
            var rig = new WorkerRig(Options with { ContextTokens = context }, vocabularySize: 1);
            rig.Submit("r", new int[4], maxOutputTokens: limit);
            rig.RunToEnd();

            Assert.Equal(expected, rig.TokensOf("r").Count);
            Assert.Equal(expected, rig.Core.Counters(rig.Now).OutputTokensTotal);
            Assert.All(rig.Outputs.SkipLast(1), output => Assert.Null(output.Finish));
        }
    }

    [Fact]
    public void A_stop_token_among_the_guesses_ends_the_sequence_there()
    {
        // Two tokens in turn, made so that the guess after the known ones runs over the stop token.
        var prompt = new SeededRandom(3).Tokens(12, 3);
        for (ulong seed = 0; seed < 200; seed++)
        {
            var command = WorkerRig.Command("r", prompt, maxOutputTokens: 60, stopTokens: [2]) with
            {
                Sampling = new SamplingOptions(Temperature: 1, Seed: seed),
            };
            var alone = AloneGenerator.Generate(command, 3, 256);
            var rig = new WorkerRig(Options, vocabularySize: 3);
            rig.Submit(command);
            rig.RunToEnd();
            Assert.Equal(alone.Tokens, rig.TokensOf("r"));
            Assert.Equal(alone.Finish, rig.Ends[new("r")]);
            Assert.Equal(Options.BlockCount, rig.Core.Counters(rig.Now).FreeBlocks);
        }
    }

    [Fact]
    public void The_more_sequences_decode_the_fewer_guesses_each_has()
    {
        foreach (var (running, drafts) in new[] { (1, 8), (2, 7), (4, 3), (8, 1), (9, 0), (20, 0) })
        {
            var rig = new WorkerRig(Options, vocabularySize: 1);
            for (var i = 0; i < running; i++)
            {
                rig.Submit($"r{i}", new int[1 + i], maxOutputTokens: 100);
            }

            var most = 0;
            for (var step = 0; step < 12; step++)
            {
                rig.Step();
                Assert.InRange(rig.LastStep.Sum(chunk => chunk.Drafts > 0 ? chunk.Count : 0), 0, Limits.SpeculatedRows);
                if (rig.LastStep.Count(chunk => chunk.Count == 1 + chunk.Drafts) == running)
                {
                    most = Math.Max(most, rig.LastStep.Max(chunk => chunk.Drafts));
                }
            }

            Assert.Equal(drafts, most);
        }
    }

    [Fact]
    public void Guesses_get_what_prefill_leaves_of_the_step()
    {
        var rig = new WorkerRig(Options with { StepTokens = 64 }, vocabularySize: 1);
        rig.Submit("r", new int[2], maxOutputTokens: 100);
        rig.RunSteps(6);
        Assert.True(rig.LastStep[0].Drafts > 1);
        rig.Submit("long", new int[200], maxOutputTokens: 1);
        var guessed = 0;
        while (!rig.Ends.ContainsKey(new("long")))
        {
            rig.Step();
            var prefill = rig.LastStep.FirstOrDefault(chunk => string.Equals(chunk.Request, "long", StringComparison.Ordinal));
            guessed += prefill is { Samples: false } ? rig.LastStep[0].Drafts : 0;
        }

        Assert.Equal(0, guessed);
    }

    private static int[] Propose(int[] tokens, int most = 5, int room = 64)
    {
        var into = new int[most];
        return into[..new PromptLookup(room).Propose(tokens, into)];
    }

    /// <summary>The dumb version: looks back from the end, and writes the guess behind the tokens as it goes.</summary>
    private static int[] Search(int[] tokens, int most)
    {
        foreach (var run in new[] { 3, 2 })
        {
            for (var end = tokens.Length - 1; end >= run && tokens.Length > run; end--)
            {
                if (!tokens[(end - run)..end].SequenceEqual(tokens[^run..]))
                {
                    continue;
                }

                var line = tokens.ToList();
                for (var i = 0; i < most; i++)
                {
                    line.Add(line[end + i]);
                }

                return [.. line[tokens.Length..]];
            }
        }

        return [];
    }
}
