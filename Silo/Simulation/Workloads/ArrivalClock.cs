namespace Preble.Simulation.Workloads;

/// <summary>When requests arrive: as a Poisson process of the options' rate, or at given times.</summary>
/// <param name="each">How many requests one arrival stands for: the turns of a conversation.</param>
internal sealed class ArrivalClock(WorkloadOptions options, SimulationRandom gaps, double each = 1)
{
    private double _seconds;
    private int _next;

    /// <summary>The next arrival; null when the given times are used up.</summary>
    public TimeSpan? Next()
    {
        if (options.ArrivalTimes is { } times)
        {
            return _next < times.Count ? times[_next++] : null;
        }

        _seconds += gaps.Exponential(each / options.Rate);
        return TimeSpan.FromSeconds(_seconds);
    }
}
