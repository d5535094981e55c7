namespace Preble.Core.Text.Jinja;

/// <summary>The values of one call, before they meet the parameters.</summary>
internal sealed record Arguments(object[] Positional, KeyValuePair<string, object>[] Named)
{
    public static readonly Arguments Empty = new([], []);

    public static Arguments Of(params object[] positional) => new(positional, []);

    public Arguments Skip(int count) => new(Positional[Math.Min(count, Positional.Length)..], Named);

    public object? FindNamed(string name)
    {
        foreach (var (key, value) in Named)
        {
            if (key == name)
            {
                return value;
            }
        }

        return null;
    }
}
