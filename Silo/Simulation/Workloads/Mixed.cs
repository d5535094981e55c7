namespace Preble.Simulation.Workloads;

/// <summary>
/// Tool use and video questions side by side, as in the paper's §4.3 (Figure 4): half the requests each, and each with its own arrivals, Poisson or the times
/// of a trace. Sessions are not mixed: neither has any.
/// </summary>
internal sealed class Mixed(WorkloadOptions options) : Workload
{
    public override IEnumerable<SimulatedRequest> Arrivals()
    {
        var half = options with { Requests = (options.Requests + 1) / 2, Rate = options.Rate / 2, Prefixes = Math.Max(1, options.Prefixes / 2) };
        var tools = new ToolUse(half) { Numbers = Numbers };

        // Another seed, so that the two do not arrive in the same moments; and other times when there are some.
        var other = half with
        {
            Requests = options.Requests - half.Requests, Seed = SimulationRandom.Mix(options.Seed),
            ArrivalTimes = options.OtherArrivalTimes ?? options.ArrivalTimes,
        };
        var videos = new VideoQuestions(other) { Numbers = Numbers };
        using var one = tools.Arrivals().GetEnumerator();
        using var two = videos.Arrivals().GetEnumerator();
        var (hasOne, hasTwo) = (one.MoveNext(), two.MoveNext());
        while (hasOne || hasTwo)
        {
            if (hasOne && (!hasTwo || one.Current.Arrival <= two.Current.Arrival))
            {
                yield return one.Current;
                hasOne = one.MoveNext();
            }
            else
            {
                yield return two.Current;
                hasTwo = two.MoveNext();
            }
        }
    }
}
