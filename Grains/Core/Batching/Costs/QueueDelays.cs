using System.Collections.Immutable;

namespace Preble.Core.Batching.Costs;

/// <summary>
/// How long requests waited for their first admission in the last 30 s, by the tenth of the prompt that was found cached then. The groups are
/// Preble's (§3.3, P = 10), so that one sees what cold requests pay for warm ones going first.
/// </summary>
public sealed class QueueDelays
{
    public const int Groups = 10;

    private readonly MeanWindow[] _groups = [.. Enumerable.Range(0, Groups).Select(_ => new MeanWindow())];
    private ImmutableArray<double> _means = [];
    private long _meansSecond = -1;

    /// <summary>The group of a request: its cached tenth, rounded down.</summary>
    public static int GroupOf(int promptTokens, int cachedTokens) =>
        promptTokens <= 0 ? 0 : (int)Math.Clamp((long)Groups * cachedTokens / promptTokens, 0, Groups - 1);

    public void Add(double seconds, int promptTokens, int cachedTokens, TimeSpan now)
    {
        _groups[GroupOf(promptTokens, cachedTokens)].Add(seconds, now);
        _meansSecond = -1;
    }

    /// <summary>The mean of each group, 0 where nobody was admitted. Made anew only when something has changed or a second has passed.</summary>
    public ImmutableArray<double> Means(TimeSpan now)
    {
        var second = now.Ticks / TimeSpan.TicksPerSecond;
        if (second != _meansSecond)
        {
            (_meansSecond, _means) = (second, [.. _groups.Select(group => group.Mean(now))]);
        }

        return _means;
    }
}
