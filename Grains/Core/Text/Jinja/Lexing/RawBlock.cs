namespace Preble.Core.Text.Jinja;

/// <summary>Finds <c>{% raw %}</c> … <c>{% endraw %}</c>, between which nothing is a tag.</summary>
internal static class RawBlock
{
    /// <summary>Where the raw text begins, when the tag whose inside starts at <paramref name="inside"/> is a raw tag.</summary>
    public static int? Find(string source, int inside)
    {
        if (TagEnd(source, inside, "raw") is not var (end, sign) || sign == '+')
        {
            return null;
        }

        return sign == '-' ? Whitespace.Skip(source, end) : end;
    }

    /// <summary>Where the raw text ends, where its closing tag ends, and the sign before that tag's end.</summary>
    public static (int Text, int Tag, char Sign)? FindEnd(string source, int bodyStart)
    {
        for (var tag = bodyStart; (tag = source.IndexOf("{%", tag, StringComparison.Ordinal)) >= 0; tag += 2)
        {
            var signed = tag + 2 < source.Length && source[tag + 2] is '-' or '+';
            if (TagEnd(source, tag + (signed ? 3 : 2), "endraw") is var (end, sign))
            {
                return (tag, end, sign);
            }
        }

        return null;
    }

    private static (int End, char Sign)? TagEnd(string source, int inside, string name)
    {
        var start = Whitespace.Skip(source, inside);
        if (string.CompareOrdinal(source, start, name, 0, name.Length) != 0)
        {
            return null;
        }

        var at = Whitespace.Skip(source, start + name.Length);
        var sign = at < source.Length && source[at] is '-' or '+' ? source[at] : '\0';
        var close = sign == '\0' ? at : at + 1;
        return string.CompareOrdinal(source, close, "%}", 0, 2) == 0 ? (close + 2, sign) : null;
    }
}
