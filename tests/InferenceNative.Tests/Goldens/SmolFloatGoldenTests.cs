using Preble.Inference;
using Preble.InferenceNative.Tests.Engine;

namespace Preble.InferenceNative.Tests.Goldens;

/// <summary>The embedded model in float32, compared with PyTorch: the proof that every operator is right.</summary>
public sealed class SmolFloatGoldenTests
{
    private const double Tolerance = 2e-3;
    private const int Layers = 30;

    [Theory]
    [InlineData("france")]
    [InlineData("turns")]
    [InlineData("raw-story")]
    public void Logits_are_the_references(string name)
    {
        var golden = SmolGoldens.Logits.Single(g => g.Name == name);
        var likelihood = new Likelihood(golden.Ids);
        using var driver = new EngineDriver(TestModels.SmolFloat);

        driver.VisitLogits(golden.Ids, (position, logits) =>
        {
            likelihood.Add(position, logits);
            if (position == golden.FullLogitsPosition)
            {
                Closeness.AssertWithin(Tolerance, Golden.ReadFloats(SmolGoldens.Folder, $"logits-{name}.f32"), logits, name);
            }

            foreach (var expected in golden.Positions.Where(p => p.Position == position))
            {
                AssertPosition(expected, logits);
            }
        });

        Assert.Equal(golden.MeanNll, likelihood.MeanNll, 1e-4);
    }

    [Fact]
    public void Hidden_states_are_the_references_after_every_layer()
    {
        var expected = Golden.ReadFloats(SmolGoldens.Folder, "hidden-france.f32");
        var prompt = SmolGoldens.Greedy.Single(g => g.Name == "france").PromptIds;
        using var driver = new EngineDriver(TestModels.SmolFloat);
        driver.Engine.SetTrace(EngineTrace.Hidden);

        driver.Step([driver.Start(prompt, 1)]);

        var width = expected.Length / (Layers + 1);
        for (var layer = 0; layer <= Layers; layer++)
        {
            var row = driver.Engine.GetHidden(layer, prompt.Length - 1);
            Closeness.AssertWithin(Tolerance, expected.AsSpan(layer * width, width), row, $"after layer {layer}");
        }
    }

    /// <summary>All prompts at once, so that the reference's tokens also come out of a batch, and out of long prompts that are cut by the steps.</summary>
    [Fact]
    public void Greedy_tokens_are_the_references_wherever_its_choice_is_clear()
    {
        var goldens = SmolGoldens.Greedy;
        using var driver = new EngineDriver(TestModels.SmolFloat, SmolGoldens.GreedyBlocks, SmolGoldens.GreedyStepTokens);
        var runs = goldens.Select(g => driver.Start(g.PromptIds, g.OutputIds.Length, forced: g.OutputIds)).ToList();

        driver.Finish(runs);

        Assert.Equal(12, goldens.Count);
        Assert.Equal(2, goldens.Count(g => g.PromptIds.Length > 2 * SmolGoldens.GreedyStepTokens));
        for (var i = 0; i < goldens.Count; i++)
        {
            AssertClearTokens(goldens[i], runs[i].Tokens);
        }
    }

    private static void AssertClearTokens(GreedyGolden golden, List<int> tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            var same = tokens[i] == golden.OutputIds[i];
            Assert.True(same || golden.Margins[i] <= 0.01, $"{golden.Name}: token {i} is {tokens[i]} at a margin of {golden.Margins[i]}");
        }
    }

    private static void AssertPosition(PositionGolden expected, float[] logits)
    {
        foreach (var pair in expected.Top)
        {
            Assert.Equal(pair[1], logits[(int)pair[0]], Tolerance);
        }

        Assert.Equal(expected.Mean, logits.Average(logit => (double)logit), Tolerance);
        Assert.Equal(expected.Logsumexp, Likelihood.LogSumExp(logits), Tolerance);
    }
}
