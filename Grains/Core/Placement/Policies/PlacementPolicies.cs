namespace Preble.Core.Placement.Policies;

/// <summary>The placement policies by name. A new policy is a class and one line here.</summary>
public static class PlacementPolicies
{
    private static readonly (string Name, Func<IPlacementPolicy> Create)[] All =
    [
        ("e2", () => new ExploitOrExplore()),
        ("round-robin", () => new RoundRobin()),
        ("random", () => new RandomWorker()),
        ("least-loaded", () => new LeastLoaded()),
        ("power-of-two", () => new PowerOfTwo()),
        ("session", () => new SessionHash()),
        ("prefix-affinity", () => new PrefixAffinity()),
        ("cost", () => new PrefillAndDecodeBlocks()),
        ("weighted", () => new WeightedScores()),
    ];

    /// <summary>The names an operator may choose from.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(policy => policy.Name)];

    /// <summary>A fresh policy; policies may keep state, so each scheduler has its own.</summary>
    public static IPlacementPolicy Create(string name)
    {
        foreach (var policy in All)
        {
            if (string.Equals(policy.Name, name, StringComparison.Ordinal))
            {
                return policy.Create();
            }
        }

        throw new ArgumentException($"There is no placement policy '{name}'; there are {string.Join(", ", Names)}.", nameof(name));
    }
}
