namespace Preble.Simulation;

/// <summary>
/// Random numbers that are the same on every machine and runtime (splitmix64), and the distributions that workloads are made of. One stream for each
/// purpose: what one draws does not move another.
/// </summary>
internal sealed class SimulationRandom(ulong seed)
{
    private const double UnitStep = 1.0 / (1UL << 53);

    private ulong _state = seed;

    /// <summary>A stream of its own, by the run's seed and what it is for.</summary>
    public static SimulationRandom For(ulong seed, ulong purpose) => new(Mix(seed) ^ Mix(~purpose));

    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }

    /// <summary>From 0 to below 1.</summary>
    public double Unit() => (Next() >> 11) * UnitStep;

    public int Below(int bound) => (int)(Unit() * bound);

    public bool Chance(double probability) => Unit() < probability;

    public double Exponential(double mean) => -Math.Log(1 - Unit()) * mean;

    /// <summary>
    /// A length in tokens, at least 1: log-normal with that mean and deviation, for Table 1 of the paper publishes no more, and lengths have a long tail
    /// and no negative end.
    /// </summary>
    public int Length(Spread spread)
    {
        if (spread.Deviation <= 0)
        {
            return Math.Max(1, (int)Math.Round(spread.Mean));
        }

        var variance = Math.Log(1 + (spread.Deviation * spread.Deviation / (spread.Mean * spread.Mean)));
        var value = Math.Exp(Math.Log(spread.Mean) - (variance / 2) + (Math.Sqrt(variance) * Normal()));
        return (int)Math.Clamp(Math.Round(value), 1, spread.Most);
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());

    private ulong Next()
    {
        var value = Mix(_state);
        _state += 0x9E3779B97F4A7C15UL;
        return value;
    }
}

/// <summary>The mean and standard deviation of a length in tokens, and the longest that is let through.</summary>
internal readonly record struct Spread(double Mean, double Deviation, int Most);
