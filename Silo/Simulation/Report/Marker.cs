using System.Globalization;

namespace Preble.Simulation.Report;

/// <summary>The sign of a line: colour alone does not tell nine of them apart.</summary>
internal static class Marker
{
    /// <summary>Different signs; so many lines differ by more than their colour.</summary>
    private static readonly string[] Shapes =
    [
        "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z", "M-3 -3h6v6h-6z", "M0 -4.2L4 3H-4z", "M0 -4.4L4.4 0L0 4.4L-4.4 0z", "M0 4.2L4 -3H-4z",
        "M-1.4 -4h2.8v2.6h2.6v2.8h-2.6v2.6h-2.8v-2.6h-2.6v-2.8h2.6z", "M-4 -2h8v4h-8z", "M-2 -4h4v8h-4z", "M-4 -4L4 -4L0 0L4 4L-4 4L0 0z",
    ];

    public static string Of(int colour, double x, double y, bool visible, string tip)
    {
        var shape = visible ? Shapes[colour % Shapes.Length] : "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z";
        var style = visible ? $"mark f{colour}" : "spot";
        return string.Create(
            CultureInfo.InvariantCulture, $"<path class=\"{style}\" transform=\"translate({x:0.#} {y:0.#})\" d=\"{shape}\" data-tip=\"{tip}\"/>");
    }

    /// <summary>The sign alone, for the legend.</summary>
    public static string Legend(int colour) =>
        $"<svg class=\"key\" viewBox=\"-10 -6 20 12\" aria-hidden=\"true\"><path class=\"line c{colour}\" d=\"M-10 0H10\"/>"
        + $"<path class=\"mark f{colour}\" d=\"{Shapes[colour % Shapes.Length]}\"/></svg>";
}
