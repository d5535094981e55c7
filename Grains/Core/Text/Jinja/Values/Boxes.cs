namespace Preble.Core.Text.Jinja;

/// <summary>Boxed values that are made once.</summary>
internal static class Boxes
{
    public static readonly object True = true;
    public static readonly object False = false;
    private static readonly object[] Small = [.. Enumerable.Range(-1, 258).Select(i => (object)(long)i)];

    public static object Of(bool value) => value ? True : False;

    public static object Of(long value) => value is >= -1 and <= 256 ? Small[value + 1] : value;
}
