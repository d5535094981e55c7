using System.Collections.Frozen;

namespace Preble.Core.Text.Jinja;

/// <summary>
/// Text that went through the filter <c>safe</c>: an ordinary string, save that adding to it escapes what is added. Some templates
/// rely on it.
/// </summary>
internal sealed class SafeText(string text)
{
    // Of the many string operations these are the ones that templates put after 'safe'; all others give plain text.
    private static readonly FrozenSet<string> Keeping =
        FrozenSet.Create("trim", "indent", "upper", "lower", "capitalize", "string", "default", "d", "strip", "lstrip", "rstrip");

    public string Text => text;

    /// <summary>The value as everything but addition sees it.</summary>
    public static object Plain(object value) => value is SafeText safe ? safe.Text : value;

    /// <summary>The result of an operation on safe text, which is safe again after some.</summary>
    public static object After(string operation, object result) =>
        result is string text && Keeping.Contains(operation) ? new SafeText(text) : result;

    public static SafeText Add(RenderContext context, object left, object right) =>
        new(Joining.Concat(context, Escaped(context, left), Escaped(context, right)));

    public static string Escape(RenderContext context, string text)
    {
        context.Charge(text.Length * 5L);
        return text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&#34;", StringComparison.Ordinal)
            .Replace("'", "&#39;", StringComparison.Ordinal);
    }

    private static string Escaped(RenderContext context, object value) =>
        value is SafeText safe ? safe.Text : Escape(context, (string)value);
}
