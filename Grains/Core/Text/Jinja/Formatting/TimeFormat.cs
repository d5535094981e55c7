using System.Globalization;
using System.Text;

namespace Preble.Core.Text.Jinja;

/// <summary>Python's strftime in the C locale, for the dates that system prompts show.</summary>
internal static class TimeFormat
{
    public static string Apply(RenderContext context, DateTimeOffset time, string format)
    {
        context.Charge(format.Length * 4L);
        var text = new StringBuilder(format.Length * 2);
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 >= format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            // '%-d' is the C library's way to leave out leading zeros.
            var bare = format[i + 1] == '-' && i + 2 < format.Length;
            i += bare ? 2 : 1;
            var field = Field(time, format[i]);
            text.Append(bare ? WithoutZeros(field) : field);
        }

        return text.ToString();
    }

    private static string WithoutZeros(string field) => field.TrimStart('0') is { Length: > 0 } rest ? rest : "0";

    private static string Field(DateTimeOffset time, char letter) => letter switch
    {
        'D' => Show(time, "MM/dd/yy"),
        'F' => Show(time, "yyyy-MM-dd"),
        'T' or 'X' => Show(time, "HH:mm:ss"),
        'R' => Show(time, "HH:mm"),
        'r' => Show(time, "hh:mm:ss tt"),
        'x' => Show(time, "MM/dd/yy"),
        'c' => $"{Show(time, "ddd MMM")} {time.Day,2} {Show(time, "HH:mm:ss yyyy")}",
        'n' => "\n",
        't' => "\t",
        '%' => "%",
        _ => DateField(time, letter) ?? ClockField(time, letter) ?? $"%{letter}",
    };

    private static string? DateField(DateTimeOffset time, char letter) => letter switch
    {
        'Y' => Show(time, "yyyy"),
        'y' => Show(time, "yy"),
        'C' => (time.Year / 100).ToString("00", CultureInfo.InvariantCulture),
        'm' => Show(time, "MM"),
        'd' => Show(time, "dd"),
        'e' => $"{time.Day,2}",
        'B' => Show(time, "MMMM"),
        'b' or 'h' => Show(time, "MMM"),
        'A' => Show(time, "dddd"),
        'a' => Show(time, "ddd"),
        'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
        'w' => ((int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
        'u' => (time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
        'U' => ((time.DayOfYear + 6 - (int)time.DayOfWeek) / 7).ToString("00", CultureInfo.InvariantCulture),
        'W' => ((time.DayOfYear + 6 - (((int)time.DayOfWeek + 6) % 7)) / 7).ToString("00", CultureInfo.InvariantCulture),
        'V' => ISOWeek.GetWeekOfYear(time.DateTime).ToString("00", CultureInfo.InvariantCulture),
        'G' => ISOWeek.GetYear(time.DateTime).ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    private static string? ClockField(DateTimeOffset time, char letter) => letter switch
    {
        'H' => Show(time, "HH"),
        'I' => Show(time, "hh"),
        'M' => Show(time, "mm"),
        'S' => Show(time, "ss"),
        'p' => Show(time, "tt"),
        'f' => Show(time, "ffffff"),
        's' => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),

        // Python's now() carries no zone, so these print nothing there too.
        'z' or 'Z' => string.Empty,
        _ => null,
    };

    private static string Show(DateTimeOffset time, string format) => time.ToString(format, CultureInfo.InvariantCulture);
}
