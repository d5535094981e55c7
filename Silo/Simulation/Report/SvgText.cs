using System.Globalization;
using System.Text;

namespace Preble.Simulation.Report;

/// <summary>Numbers in SVG have a point, whatever the machine's culture.</summary>
internal static class SvgText
{
    public static StringBuilder Add(this StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture));
}
