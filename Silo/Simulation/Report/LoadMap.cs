using System.Net;
using System.Text;

namespace Preble.Simulation.Report;

/// <summary>How many requests each worker had in flight over time: a row a worker, or a row for several alike many of them; the darkest had most.</summary>
internal static class LoadMap
{
    private const int MostRows = 64;
    private const int Shades = 10;
    private const int Width = 440;
    private const int Left = 30;

    /// <param name="load">Requests by the seconds that they were there.</param>
    public static string Svg(string policy, TimeBuckets load)
    {
        var rows = Math.Min(MostRows, load.Rows);
        var height = Math.Clamp(128.0 / rows, 3, 22);
        var width = (double)(Width - Left) / Math.Max(1, load.Count);
        var bottom = rows * height;
        var most = Most(load, rows);
        var title = FormattableString.Invariant($"{policy} (most: {most:0.#})");
        var svg = new StringBuilder($"<figure><figcaption>{WebUtility.HtmlEncode(title)}</figcaption>");
        svg.Add($"<svg viewBox=\"0 0 {Width} {bottom + 20:0.#}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(title)}\">");
        for (var row = 0; row < rows; row++)
        {
            var (first, end) = ((int)((long)row * load.Rows / rows), (int)((row + 1L) * load.Rows / rows));
            Cells(svg, load, first, end, most, row * height, height, width);
        }

        svg.Append("<text x=\"24\" y=\"10\" text-anchor=\"end\">w0</text>");
        svg.Add($"<text x=\"24\" y=\"{bottom - 1:0.#}\" text-anchor=\"end\">{(load.Rows > 1 ? $"w{load.Rows - 1}" : "")}</text>");
        svg.Add($"<text x=\"{Left}\" y=\"{bottom + 15:0.#}\">0</text>");
        svg.Add($"<text x=\"{Width}\" y=\"{bottom + 15:0.#}\" text-anchor=\"end\">{Axis.Text(load.Count * load.Width)} s</text>");
        return svg.Append("</svg></figure>").ToString();
    }

    /// <summary>One row, with neighbours of one shade as one cell.</summary>
    private static void Cells(StringBuilder svg, TimeBuckets load, int first, int end, double most, double y, double height, double width)
    {
        for (var at = 0; at < load.Count;)
        {
            var (from, shade) = (at, Shade(load, first, end, most, at));
            while (++at < load.Count && Shade(load, first, end, most, at) == shade)
            {
            }

            svg.Add($"<rect class=\"heat\" x=\"{Left + (from * width):0.##}\" y=\"{y:0.##}\" ");
            svg.Add($"width=\"{((at - from) * width) + 0.3:0.##}\" ");
            svg.Add($"height=\"{Math.Max(1, height - 1):0.##}\" fill-opacity=\"{0.06 + (shade * 0.094):0.###}\" data-tip=\"");
            svg.Append(first + 1 == end ? $"worker {first}" : $"workers {first} to {end - 1}");
            svg.Add($", {from * load.Width:0}–{at * load.Width:0} s: about {shade * most / Shades:0.#}\"/>");
        }
    }

    private static int Shade(TimeBuckets load, int first, int end, double most, int bucket) =>
        (int)Math.Round(Shades * Math.Clamp(Mean(load, first, end, bucket) / most, 0, 1));

    private static double Most(TimeBuckets load, int rows)
    {
        var most = 1e-9;
        for (var row = 0; row < rows; row++)
        {
            for (var at = 0; at < load.Count; at++)
            {
                most = Math.Max(most, Mean(load, (int)((long)row * load.Rows / rows), (int)((row + 1L) * load.Rows / rows), at));
            }
        }

        return most;
    }

    private static double Mean(TimeBuckets load, int first, int end, int bucket)
    {
        var sum = 0.0;
        for (var worker = first; worker < end; worker++)
        {
            sum += load[worker, bucket];
        }

        return sum / load.Width / (end - first);
    }
}
