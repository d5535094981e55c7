namespace Preble.Simulation.Workloads;

/// <summary>Groups of prompts with fixed lengths, as load generators make them: a system prompt a group, and several questions to each.</summary>
/// <param name="PromptsPerGroup">Different prompts of each group; when all have been sent, they come again.</param>
internal sealed record PromptGroupShape(int PromptsPerGroup, int SystemTokens, int QuestionTokens, int OutputTokens)
{
    /// <summary>SGLang's bench_serving --dataset-name generated-shared-prefix, its defaults; 64 groups.</summary>
    public static PromptGroupShape Sglang { get; } = new(16, 2048, 128, 256);

    /// <summary>llm-d's benchmark 37-capacity; 83 groups.</summary>
    public static PromptGroupShape Capacity37 { get; } = new(3, 8000, 1000, 1000);

    /// <summary>llm-d's guide to precise prefix-cache routing; 150 groups.</summary>
    public static PromptGroupShape PreciseGuide { get; } = new(5, 6000, 1200, 1000);
}

/// <summary>
/// All prompts of all groups in one shuffled order, again and again; with a popularity other than even, groups are drawn by it and prompts of the group evenly.
/// Outputs have the one length: these generators ignore the end that the model would choose.
/// </summary>
internal sealed class PromptGroups(WorkloadOptions options, PromptGroupShape shape) : Workload
{
    public override IEnumerable<SimulatedRequest> Arrivals()
    {
        var clock = new ArrivalClock(options, SimulationRandom.For(options.Seed, 1));
        var choices = SimulationRandom.For(options.Seed, 2);
        var popularity = new Popularity(options.Prefixes, options.Zipf);
        var order = Shuffled(options.Prefixes * shape.PromptsPerGroup, SimulationRandom.For(options.Seed, 3));
        for (var i = 0; i < options.Requests && clock.Next() is { } at; i++)
        {
            var prompt = options.Zipf > 0
                ? (popularity.Draw(choices) * shape.PromptsPerGroup) + choices.Below(shape.PromptsPerGroup)
                : order[i % order.Length];
            yield return new SimulatedRequest(NextNumber(), at, [
                new PromptSegment(SharedId(options.Seed, 1, prompt / shape.PromptsPerGroup), shape.SystemTokens),
                new PromptSegment(SharedId(options.Seed, 2, prompt), shape.QuestionTokens)], shape.OutputTokens, shape.OutputTokens);
        }
    }

    private static int[] Shuffled(int count, SimulationRandom random)
    {
        var order = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var other = random.Below(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }
}
