using System.Collections.Immutable;
using Preble.Core.Batching.Queueing;

namespace Preble.Core.Batching.Costs;

/// <summary>
/// How long requests waited for their first admission in the last 30 s, by the share of the prompt that was found cached then. The groups are
/// those of the queue (Preble §3.3), by the same rule, so that one sees what cold requests pay for warm ones going first.
/// </summary>
public sealed class QueueDelays(int groups)
{
    private readonly MeanWindow[] _groups = [.. Enumerable.Range(0, groups).Select(_ => new MeanWindow())];
    private ImmutableArray<double> _means = [];
    private long _meansSecond = -1;

    public void Add(double seconds, int promptTokens, int cachedTokens, TimeSpan now)
    {
        _groups[CachedShareGroups.GroupOf(cachedTokens, promptTokens, groups)].Add(seconds, now);
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
