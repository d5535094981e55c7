namespace Preble.Hosting.Fleet;

/// <summary>How the silos of a fleet find each other.</summary>
public enum ClusterKind
{
    /// <summary>There is one silo, and nobody to find.</summary>
    Alone,

    /// <summary>One silo keeps the list in its memory: for trying out, since the fleet ends with it.</summary>
    Development,

    Redis,

    Postgres,
}

/// <param name="Kind">Who keeps the list of silos.</param>
/// <param name="Address">Of <see cref="ClusterKind.Development"/>, the first silo's <c>ADDRESS:PORT</c>; else a connection string, which may hold a password.</param>
public sealed record ClusterSource(ClusterKind Kind, string Address = "")
{
    public static ClusterSource Alone { get; } = new(ClusterKind.Alone);

    private static readonly (string Prefix, ClusterKind Kind)[] Prefixes =
        [("dev:", ClusterKind.Development), ("redis:", ClusterKind.Redis), ("postgres:", ClusterKind.Postgres)];

    /// <summary>True when several processes can be of it.</summary>
    public bool IsShared => Kind != ClusterKind.Alone;

    /// <summary>Reads <c>dev:ADDRESS:PORT</c>, <c>redis:HOST:PORT[,OPTIONS]</c> or <c>postgres:CONNECTION-STRING</c>.</summary>
    /// <exception cref="StartException">It is none of them. The text is not repeated: it may hold a password.</exception>
    public static ClusterSource Parse(string text)
    {
        foreach (var (prefix, kind) in Prefixes)
        {
            if (text.StartsWith(prefix, StringComparison.Ordinal) && text.Length > prefix.Length)
            {
                return new ClusterSource(kind, text[prefix.Length..]);
            }
        }

        throw new StartException("--cluster must be dev:ADDRESS:PORT, redis:HOST:PORT[,OPTIONS] or postgres:CONNECTION-STRING.");
    }

    /// <summary>Without the address, which may hold a password.</summary>
    public override string ToString() => Kind.ToString();
}
