using System.Globalization;

namespace Preble.Benchmarks.Sharing;

/// <summary>Collects what the rounds measured and prints each figure beside its limit.</summary>
internal sealed class SharingReport
{
    private readonly Dictionary<string, (List<double> Values, List<double> Limits, string Unit)> _figures = new(StringComparer.Ordinal);

    /// <param name="limit">What it may be at most; null: it is only told.</param>
    public void Add(string name, double value, double? limit, string unit = "s")
    {
        if (!_figures.TryGetValue(name, out var figure))
        {
            _figures[name] = figure = ([], [], unit);
        }

        figure.Values.Add(value);
        if (limit is { } bound)
        {
            figure.Limits.Add(bound);
        }
    }

    public void Print()
    {
        Console.WriteLine($"{"median of the rounds",-58}{"measured",12}{"at most",12}");
        foreach (var (name, (values, limits, unit)) in _figures)
        {
            var value = Engine.PeerRow.Median(values);
            var verdict = limits.Count == 0 ? "" : Text($"{Engine.PeerRow.Median(limits),9:0.##} {unit,-2}  {(value <= Engine.PeerRow.Median(limits) ? "met" : "missed")}");
            Console.WriteLine(Text($"{name,-58}{value,9:0.##} {unit,-2}{verdict}"));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
