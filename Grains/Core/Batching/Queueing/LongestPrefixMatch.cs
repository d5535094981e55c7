namespace Preble.Core.Batching.Queueing;

/// <summary>
/// The most cached tokens first: SGLang's default and the baseline of Preble §3.3. The best use of the cache and no fairness at all: a
/// request with nothing cached waits for as long as others with hits keep coming.
/// </summary>
public sealed class LongestPrefixMatch : IQueueDiscipline
{
    private readonly PlaceHeap _byMatch = new();

    public int Count => _byMatch.Count;

    public void Add(QueuePlace place) => _byMatch.Add(place, -place.CachedTokens);

    public void Remove(QueuePlace place) => _byMatch.Remove(place);

    public void Rebin(QueuePlace place)
    {
        Remove(place);
        Add(place);
    }

    public QueuePlace? Peek(QueueRound round) => _byMatch.First;

    public void Take(QueuePlace place, QueueRound round) => _byMatch.Remove(place);
}
