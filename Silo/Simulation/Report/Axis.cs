namespace Preble.Simulation.Report;

/// <summary>A scale from values to places, and where its ticks are.</summary>
internal readonly record struct Axis(double Least, double Most, bool Log)
{
    /// <summary>How many times the least the most must be for a logarithmic scale.</summary>
    private const double LogFrom = 30;

    /// <summary>From 0 for values that lie close together; logarithmic when they do not.</summary>
    public static Axis Of(IEnumerable<double> values, bool mayBeLog)
    {
        var positive = values.Where(value => value > 0 && double.IsFinite(value)).ToArray();
        if (positive.Length == 0)
        {
            return new Axis(0, 1, false);
        }

        var (least, most) = (positive.Min(), positive.Max());
        return mayBeLog && most >= LogFrom * least ? new Axis(Math.Pow(10, Math.Floor(Math.Log10(least))), most * 1.1, true) : new Axis(0, most * 1.05, false);
    }

    /// <summary>From 0 to 1.</summary>
    public double Share(double value) => Math.Clamp(
        Log ? Math.Log(Math.Max(value, Least) / Least) / Math.Log(Most / Least) : (value - Least) / (Most - Least), 0, 1);

    public IReadOnlyList<double> Ticks() => Log ? Decades() : Even();

    public static string Text(double value) => value switch
    {
        0 => "0",
        >= 10_000 => FormattableString.Invariant($"{value / 1000:0.#}k"),
        >= 1 => FormattableString.Invariant($"{value:0.##}"),
        _ => FormattableString.Invariant($"{value:0.####}"),
    };

    private List<double> Even()
    {
        var rough = (Most - Least) / 4;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch { <= 1.2 => 1, <= 2.5 => 2, <= 6 => 5, _ => 10 });
        var ticks = new List<double>();
        for (var i = 0; (i * step) + Least <= Most; i++)
        {
            ticks.Add(Math.Round((i * step) + Least, 10));
        }

        return ticks;
    }

    private List<double> Decades()
    {
        var few = Most / Least < 1500;
        var ticks = new List<double>();
        for (var power = Least; power <= Most; power *= 10)
        {
            foreach (var times in few ? [1, 3] : (int[])[1])
            {
                if (power * times <= Most)
                {
                    ticks.Add(power * times);
                }
            }
        }

        return ticks;
    }
}
