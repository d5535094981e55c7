using System.Globalization;
using System.Net;
using System.Text;

namespace Preble.Simulation.Report;

/// <summary>A line of a chart.</summary>
/// <param name="Colour">The number of its colour and its marker.</param>
/// <param name="Points">In order of X.</param>
internal sealed record Line(string Name, int Colour, IReadOnlyList<(double X, double Y)> Points);

/// <summary>Lines over two axes, as SVG within a page that has the style (<see cref="PageStyle"/>).</summary>
internal sealed record LineChart(string Title, string XTitle, IReadOnlyList<Line> Lines)
{
    private const double Width = 440;
    private const double Height = 260;
    private const double Left = 46;
    private const double Right = 12;
    private const double Top = 10;
    private const double Bottom = 38;

    /// <summary>Points that tell their values in each line, when there are no markers.</summary>
    private const int Tips = 24;

    /// <summary>True to mark each point.</summary>
    public bool Markers { get; init; }

    public bool LogX { get; init; }

    public bool LogY { get; init; }

    /// <summary>The end of the vertical axis; 0 for what the values need.</summary>
    public double YMost { get; init; }

    /// <summary>What a point is called: its X, then its Y.</summary>
    public Func<double, double, string> Tip { get; init; } = (x, y) => $"{Axis.Text(x)}: {Axis.Text(y)}";

    public string Svg()
    {
        var x = Axis.Of(Lines.SelectMany(line => line.Points).Select(point => point.X), LogX);
        var y = YMost > 0 ? new Axis(0, YMost, false) : Axis.Of(Lines.SelectMany(line => line.Points).Select(point => point.Y), LogY);
        var svg = new StringBuilder();
        svg.Add($"<figure><figcaption>{WebUtility.HtmlEncode(Title)}</figcaption>");
        svg.Add($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(Title)}\">");
        Grid(svg, x, y);
        foreach (var line in Lines)
        {
            Draw(svg, line, x, y);
        }

        return svg.Append("</svg></figure>").ToString();
    }

    private static double XPlace(Axis axis, double value) => Left + (axis.Share(value) * (Width - Left - Right));

    private static double YPlace(Axis axis, double value) => Height - Bottom - (axis.Share(value) * (Height - Top - Bottom));

    private void Grid(StringBuilder svg, Axis x, Axis y)
    {
        foreach (var tick in y.Ticks())
        {
            var at = YPlace(y, tick);
            svg.Add($"<path class=\"grid\" d=\"M{Left} {at:0.#}H{Width - Right}\"/>");
            svg.Add($"<text x=\"{Left - 6}\" y=\"{at + 4:0.#}\" text-anchor=\"end\">{Axis.Text(tick)}</text>");
        }

        foreach (var tick in x.Ticks())
        {
            var at = XPlace(x, tick);
            svg.Add($"<path class=\"grid\" d=\"M{at:0.#} {Top}V{Height - Bottom}\"/>");
            svg.Add($"<text x=\"{at:0.#}\" y=\"{Height - Bottom + 15}\" text-anchor=\"middle\">{Axis.Text(tick)}</text>");
        }

        svg.Add($"<path class=\"axis\" d=\"M{Left} {Top}V{Height - Bottom}H{Width - Right}\"/>");
        svg.Add($"<text x=\"{(Left + Width - Right) / 2:0.#}\" y=\"{Height - 6}\" text-anchor=\"middle\">");
        svg.Append(WebUtility.HtmlEncode(XTitle + (y.Log ? " · logarithmic scale of seconds" : ""))).Append("</text>");
    }

    private void Draw(StringBuilder svg, Line line, Axis x, Axis y)
    {
        var places = line.Points.Where(point => double.IsFinite(point.Y))
            .Select(point => (X: XPlace(x, point.X), Y: YPlace(y, point.Y), Point: point)).ToArray();
        if (places.Length == 0)
        {
            return;
        }

        var path = string.Join('L', places.Select(place => string.Create(CultureInfo.InvariantCulture, $"{place.X:0.#} {place.Y:0.#}")));
        svg.Add($"<path class=\"line c{line.Colour}\" d=\"M{path}\"/>");
        for (var i = 0; i < places.Length; i++)
        {
            if (!Markers && (i % Math.Max(1, places.Length / Tips)) != 0)
            {
                continue;
            }

            var tip = WebUtility.HtmlEncode($"{line.Name}: {Tip(places[i].Point.X, places[i].Point.Y)}");
            svg.Append(Marker.Of(line.Colour, places[i].X, places[i].Y, Markers, tip));
        }
    }
}
