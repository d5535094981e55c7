using System.Text;

namespace Preble.Core.Text.Jinja;

/// <summary>Fills text up to a width.</summary>
internal static class Padding
{
    public static string Left(RenderContext context, string text, long width, string filling) =>
        text + Fill(context, Missing(text, width), filling);

    public static string Right(RenderContext context, string text, long width, string filling) =>
        Fill(context, Missing(text, width), filling) + text;

    public static string Center(RenderContext context, string text, long width, string filling)
    {
        var missing = Missing(text, width);

        // Python puts the odd one left only when the width is odd too.
        var left = (missing / 2) + (missing & width & 1);
        return Fill(context, left, filling) + text + Fill(context, missing - left, filling);
    }

    public static string Zeros(RenderContext context, string text, long width)
    {
        var sign = text is ['+' or '-', ..] ? 1 : 0;
        return text[..sign] + Fill(context, Missing(text, width), "0") + text[sign..];
    }

    public static string ExpandTabs(RenderContext context, string text, long size)
    {
        var result = new StringBuilder(text.Length);
        long column = 0;
        foreach (var character in text)
        {
            if (character == '\t')
            {
                var blanks = size > 0 ? size - (column % size) : 0;
                result.Append(Fill(context, blanks, " "));
                column += blanks;
            }
            else
            {
                result.Append(character);
                column = character is '\n' or '\r' ? 0 : column + 1;
            }
        }

        return result.ToString();
    }

    private static long Missing(string text, long width) => width <= 0 ? 0 : Math.Max(0, width - CodePoints.Count(text));

    private static string Fill(RenderContext context, long count, string filling) => CodePoints.Count(filling) == 1
        ? Joining.Repeat(context, filling, count)
        : throw new TemplateFailure("The fill character must be exactly one character long");
}
