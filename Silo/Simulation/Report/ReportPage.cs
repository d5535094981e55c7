using System.Net;
using System.Reflection;
using System.Text;

namespace Preble.Simulation.Report;

/// <summary>All figures of a command as one page that needs nothing beside it: its plots are SVG, its style and script are in it.</summary>
internal static class ReportPage
{
    /// <param name="arguments">The command line, so that the page says how to get it again.</param>
    public static string Of(string arguments, IReadOnlyList<ReportSection> sections)
    {
        var colours = sections.SelectMany(section => section.Policies).Distinct().Select((policy, at) => (policy, at))
            .ToDictionary(pair => pair.policy, pair => pair.at % PageStyle.Colours, StringComparer.Ordinal);
        var html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>");
        html.Append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"/><title>preble simulate</title><style>");
        html.Append(PageStyle.Css).Append("</style></head><body><h1>Simulated fleets</h1><p>Virtual time, the production scheduler and workers, a cost model ");
        html.Append("for the forward pass. Scheduler times are of the machine that ran it; all else repeats exactly.</p><p><code>preble simulate ");
        html.Append(WebUtility.HtmlEncode(arguments)).Append("</code></p><p>").Append(WebUtility.HtmlEncode(Version())).Append("</p>");
        foreach (var section in sections)
        {
            html.Append("<section><h2>").Append(WebUtility.HtmlEncode(section.Title)).Append("</h2>");
            if (section.Command != arguments)
            {
                html.Append("<p><code>preble simulate ").Append(WebUtility.HtmlEncode(section.Command)).Append("</code></p>");
            }

            html.Append(new SectionCharts(section, colours).Html()).Append("<h3>Figures</h3>").Append(FigureTable.Html(section)).Append("</section>");
        }

        return html.Append("<div id=\"tip\"></div><script>").Append(PageStyle.Script).Append("</script></body></html>\n").ToString();
    }

    /// <summary>The version and, where the build knew it, the commit.</summary>
    private static string Version() =>
        "Version " + (typeof(ReportPage).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown");
}
