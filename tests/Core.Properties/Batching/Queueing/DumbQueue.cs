using Preble.Core.Batching.Queueing;

namespace Preble.Core.Properties.Batching.Queueing;

/// <summary>A discipline as one would write it without a thought for time: a list, looked through again from the start at every turn.</summary>
internal sealed class DumbQueue(string discipline, int groups)
{
    private readonly int[] _credits = new int[groups];

    public List<QueuePlace> Places { get; } = [];

    public QueuePlace? Peek(TimeSpan now) => discipline switch
    {
        _ when Places.Count == 0 => null,
        "fcfs" => Places.MinBy(place => place.Arrival),
        "longest-prefix" => Places.OrderByDescending(place => place.CachedTokens).ThenBy(place => place.Arrival).First(),
        "deadline" => Places.OrderBy(Deadline).ThenBy(place => place.Arrival).First(),
        "shortest-prefill" => Places.Where(place => now - place.Sequence.ArrivedAt >= TimeSpan.FromSeconds(10)).MinBy(place => place.Arrival)
            ?? Places.OrderBy(place => place.Sequence.PromptLength - place.CachedTokens).ThenBy(place => place.Arrival).First(),
        _ => Places.Where(place => GroupOf(place) == NextGroup()).MinBy(place => place.Arrival),
    };

    public void Take(QueuePlace place)
    {
        if (string.Equals(discipline, "groups", StringComparison.Ordinal))
        {
            var served = GroupOf(place);
            foreach (var group in NonEmpty())
            {
                _credits[group] += group + 1;
                _credits[served] -= group + 1;
            }
        }

        Remove(place);
    }

    public void Remove(QueuePlace place)
    {
        Places.Remove(place);
        if (Places.Count == 0)
        {
            Array.Clear(_credits);
        }
    }

    private static TimeSpan Deadline(QueuePlace place) =>
        place.Sequence.Command.TimeoutSeconds > 0
            ? place.Sequence.ArrivedAt + TimeSpan.FromSeconds(place.Sequence.Command.TimeoutSeconds)
            : TimeSpan.MaxValue;

    private int NextGroup() => NonEmpty().OrderByDescending(group => _credits[group] + group + 1).ThenByDescending(group => group).First();

    private List<int> NonEmpty() => [.. Places.Select(GroupOf).Distinct()];

    /// <summary>The group by its definition, with fractions: ceil(share · P) − 1.</summary>
    private int GroupOf(QueuePlace place) =>
        place.CachedTokens == 0 ? 0 : (int)Math.Ceiling((decimal)place.CachedTokens * groups / place.Sequence.PromptLength) - 1;
}
