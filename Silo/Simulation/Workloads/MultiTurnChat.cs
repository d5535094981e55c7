namespace Preble.Simulation.Workloads;

/// <summary>
/// Conversations: one of a few system prompts, then turns that each carry all before them; people think for 10 s between two. Conversations begin as a
/// Poisson process. The lengths are ours, no published figure: 300 tokens of system prompt, questions of 60 ± 60, answers of 200 ± 150, five turns on average.
/// </summary>
internal sealed class MultiTurnChat(WorkloadOptions options) : Workload
{
    private const int OutputLimit = 1024;
    private const double MeanTurns = 5;
    private const double ThinkSeconds = 10;
    private static readonly Spread SystemPrompt = new(300, 100, 1000);
    private static readonly Spread Question = new(60, 60, 1000);
    private static readonly Spread Answer = new(200, 150, OutputLimit);

    private readonly List<int> _turns = [];
    private int _planned;

    public override IEnumerable<SimulatedRequest> Arrivals()
    {
        var gaps = SimulationRandom.For(options.Seed, 1);
        var choices = SimulationRandom.For(options.Seed, 2);
        var clock = new ArrivalClock(options, gaps, MeanTurns);
        var popularity = new Popularity(options.Prefixes, options.Zipf);
        while (_planned < options.Requests)
        {
            // How many turns it has is settled when it begins, so that all policies see the same conversations.
            var turns = Math.Min(options.Requests - _planned, 1 + (int)gaps.Exponential(MeanTurns - 0.5));
            _planned += turns;
            _turns.Add(turns);
            if (clock.Next() is not { } at)
            {
                yield break;
            }

            var persona = popularity.Draw(choices);
            var system = new PromptSegment(
                SharedId(options.Seed, 1, persona), SimulationRandom.For(options.Seed, (ulong)persona << 8).Length(SystemPrompt));
            yield return Turn([system], at, _turns.Count - 1, turn: 0);
        }
    }

    public override SimulatedRequest? After(SimulatedRequest ended, TimeSpan now)
    {
        var next = ended.Turn + 1;
        var full = ended.PromptTokens + ended.OutputTokens + Question.Most + OutputLimit >= options.ContextTokens;
        var thought = TurnRandom(options.Seed, ended.Session, -next).Exponential(ThinkSeconds);
        return next >= _turns[ended.Session] || full
            ? null
            : Turn([.. ended.Segments, ended.Answer], now + TimeSpan.FromSeconds(thought), ended.Session, next);
    }

    private SimulatedRequest Turn(IEnumerable<PromptSegment> before, TimeSpan at, int session, int turn)
    {
        var random = TurnRandom(options.Seed, session, turn);
        var number = NextNumber();
        var question = new PromptSegment(SharedId(options.Seed, 2, number), random.Length(Question));
        return new SimulatedRequest(number, at, [.. before, question], random.Length(Answer), OutputLimit) { Session = session, Turn = turn };
    }
}
