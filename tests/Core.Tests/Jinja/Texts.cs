namespace Preble.Core.Tests.Jinja;

internal static class Texts
{
    /// <summary>Where two texts part, with what stands there; null when they are equal.</summary>
    public static string? FirstDifference(string expected, string actual)
    {
        if (expected == actual)
        {
            return null;
        }

        var same = expected.AsSpan().CommonPrefixLength(actual);
        return $"differs at {same}: expected …{Excerpt(expected, same)}… but got …{Excerpt(actual, same)}…";
    }

    public static string Shortened(string text) => text.Length <= 200 ? text : text[..200] + "…";

    private static string Excerpt(string text, int at) =>
        text[Math.Max(0, at - 20)..Math.Min(text.Length, at + 40)].Replace("\n", "\\n", StringComparison.Ordinal);
}
