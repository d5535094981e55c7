namespace Preble.Simulation.Workloads;

/// <summary>
/// Embodied agents (ALFWorld): each environment is a chain of steps, and each step extends the context of the last one by what was answered and observed.
/// Table 1: prompts of 2285 ± 471 tokens, of which the first one's are 76 %; 48 ± 8 steps a chain; outputs of 16 ± 13. All environments are there from the
/// start and each rests for a random time between two steps, so that together they come near the rate; one that has ended is followed by a new one.
/// </summary>
internal sealed class EmbodiedAgent(WorkloadOptions options) : Workload
{
    private const int OutputLimit = 26;
    private static readonly Spread First = new(1740, 471, 3000);
    private static readonly Spread Observed = new(7, 4, 64);
    private static readonly Spread Output = new(16, 13, OutputLimit);
    private static readonly Spread Steps = new(48, 8, 100);

    private readonly int _first = Math.Min(options.Prefixes, options.Requests);
    private int _environments;

    /// <summary>Given times are those of the first steps, and say how many a second there are.</summary>
    private double Rate => options is { Rate: <= 0, ArrivalTimes: [_, .., var last] times } ? times.Count / last.TotalSeconds : options.Rate;

    public override IEnumerable<SimulatedRequest> Arrivals()
    {
        var clock = new ArrivalClock(options, SimulationRandom.For(options.Seed, 1));
        for (var i = 0; i < _first && clock.Next() is { } at; i++)
        {
            yield return NewChain(i, at);
        }
    }

    public override SimulatedRequest? After(SimulatedRequest ended, TimeSpan now)
    {
        // Chains that have not begun yet have their numbers to come.
        if (Made + Math.Max(0, _first - _environments) >= options.Requests)
        {
            return null;
        }

        var random = TurnRandom(options.Seed, ended.Session, ended.Turn + 1);
        var at = now + TimeSpan.FromSeconds(random.Exponential(_first / Rate));
        var steps = TurnRandom(options.Seed, ended.Session, -1).Length(Steps);
        return ended.Turn + 1 < steps ? Extend(ended, at, random) : NewChain(Math.Max(_environments, _first), at);
    }

    private SimulatedRequest NewChain(int environment, TimeSpan at)
    {
        _environments = Math.Max(_environments, environment + 1);
        var random = TurnRandom(options.Seed, environment, 0);
        var first = new PromptSegment(SharedId(options.Seed, 1, environment), random.Length(First));
        return new SimulatedRequest(NextNumber(), at, [first], random.Length(Output), OutputLimit) { Session = environment };
    }

    private SimulatedRequest Extend(SimulatedRequest ended, TimeSpan at, SimulationRandom random)
    {
        var number = NextNumber();
        var observed = new PromptSegment(SharedId(options.Seed, 2, number), random.Length(Observed));
        return new SimulatedRequest(number, at, [.. ended.Segments, ended.Answer, observed], random.Length(Output), OutputLimit)
        {
            Session = ended.Session, Turn = ended.Turn + 1,
        };
    }
}
