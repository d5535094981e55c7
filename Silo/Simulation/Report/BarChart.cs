using System.Net;
using System.Text;

namespace Preble.Simulation.Report;

/// <summary>A bar for each policy, for runs at one rate only.</summary>
internal sealed record BarChart(string Title, IReadOnlyList<(string Name, int Colour, double Value)> Bars)
{
    private const int Row = 24;
    private const int Width = 440;
    private const int Left = 150;
    private const int Right = 60;

    /// <summary>Letters of a name that fit beside the bars.</summary>
    private const int MostLetters = 24;

    public string Svg()
    {
        var most = Math.Max(1e-9, Bars.Max(bar => bar.Value));
        var svg = new StringBuilder($"<figure><figcaption>{WebUtility.HtmlEncode(Title)}</figcaption>");
        svg.Add($"<svg viewBox=\"0 0 {Width} {(Bars.Count * Row) + 8}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(Title)}\">");
        for (var i = 0; i < Bars.Count; i++)
        {
            var (name, colour, value) = Bars[i];
            var (y, width) = ((i * Row) + 4, Math.Max(1, value / most * (Width - Left - Right)));
            var shortName = name.Length > MostLetters ? name[..(MostLetters - 1)] + "…" : name;
            var tip = WebUtility.HtmlEncode($"{name}: {Axis.Text(value)} s");
            svg.Add($"<text x=\"{Left - 8}\" y=\"{y + 14}\" text-anchor=\"end\">{WebUtility.HtmlEncode(shortName)}</text>");
            svg.Add($"<rect class=\"f{colour}\" x=\"{Left}\" y=\"{y}\" width=\"{width:0.#}\" ");
            svg.Add($"height=\"18\" rx=\"2\" data-tip=\"{tip}\"/>");
            svg.Add($"<text class=\"value\" x=\"{Left + width + 6:0.#}\" y=\"{y + 14}\">{value:0.000}</text>");
        }

        return svg.Append("</svg></figure>").ToString();
    }
}
