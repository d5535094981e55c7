namespace Preble.Simulation.Workloads;

/// <summary>The lengths of a workload in which many requests share one of several prefixes: all begin with the common part, then the prefix, then their own.</summary>
/// <param name="CommonTokens">What all requests share.</param>
/// <param name="Prefix">Tokens of each prefix, after the common ones.</param>
/// <param name="Own">Tokens that no other request has.</param>
/// <param name="OutputLimit">What clients set as a limit: the scheduler sees it, not the true length.</param>
internal sealed record SharedPrefixShape(int CommonTokens, Spread Prefix, Spread Own, Spread Output, int OutputLimit);

/// <summary>Poisson arrivals over prefixes of some popularity.</summary>
internal abstract class SharedPrefixes(WorkloadOptions options, SharedPrefixShape shape) : Workload
{
    public override IEnumerable<SimulatedRequest> Arrivals()
    {
        var clock = new ArrivalClock(options, SimulationRandom.For(options.Seed, 1));
        var choices = SimulationRandom.For(options.Seed, 2);
        var lengths = SimulationRandom.For(options.Seed, 3);
        var popularity = new Popularity(options.Prefixes, options.Zipf);
        var prefixes = Prefixes();
        var common = new PromptSegment(SharedId(options.Seed, 0, 0), shape.CommonTokens);
        for (var i = 0; i < options.Requests && clock.Next() is { } at; i++)
        {
            var number = NextNumber();
            var prefix = popularity.Draw(choices);
            var (own, output) = options.Questions > 0 ? Repeated(prefix, choices) : Own(SharedId(options.Seed, 2, number), lengths);
            yield return new SimulatedRequest(number, at, [common, prefixes[prefix], own], output, shape.OutputLimit);
        }
    }

    private (PromptSegment Own, int Output) Own(ulong id, SimulationRandom lengths) =>
        (new PromptSegment(id, lengths.Length(shape.Own)), lengths.Length(shape.Output));

    /// <summary>One of the prefix's questions, always with the same answer.</summary>
    private (PromptSegment Own, int Output) Repeated(int prefix, SimulationRandom choices)
    {
        var id = SharedId(options.Seed, 5, (prefix * options.Questions) + choices.Below(options.Questions));
        return Own(id, SimulationRandom.For(options.Seed, id));
    }

    private PromptSegment[] Prefixes()
    {
        var random = SimulationRandom.For(options.Seed, 4);
        var room = options.ContextTokens - shape.CommonTokens - shape.Own.Most - shape.OutputLimit - 1;
        var prefixes = new PromptSegment[options.Prefixes];
        for (var i = 0; i < prefixes.Length; i++)
        {
            prefixes[i] = new PromptSegment(SharedId(options.Seed, 1, i), Math.Min(room, random.Length(shape.Prefix)));
        }

        return prefixes;
    }
}
