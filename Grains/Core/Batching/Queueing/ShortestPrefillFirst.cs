namespace Preble.Core.Batching.Queueing;

/// <summary>
/// The fewest tokens left to compute first: the lowest mean waiting time. Long prompts would wait for ever behind short ones, so whoever
/// has waited for <see cref="Limits.PrefillAgeingSeconds"/> goes first, oldest first.
/// </summary>
public sealed class ShortestPrefillFirst : IQueueDiscipline
{
    private readonly PlaceHeap _byPrefill = new();
    private readonly PlaceHeap _byArrival = new(second: true);

    public int Count => _byPrefill.Count;

    public void Add(QueuePlace place)
    {
        _byPrefill.Add(place, place.Sequence.KnownCount - place.CachedTokens);
        _byArrival.Add(place, 0);
    }

    public void Remove(QueuePlace place)
    {
        _byPrefill.Remove(place);
        _byArrival.Remove(place);
    }

    public void Rebin(QueuePlace place)
    {
        _byPrefill.Remove(place);
        _byPrefill.Add(place, place.Sequence.KnownCount - place.CachedTokens);
    }

    public QueuePlace? Peek(QueueRound round) =>
        _byArrival.First is { } oldest && (round.Now - oldest.Sequence.ArrivedAt).TotalSeconds >= Limits.PrefillAgeingSeconds
            ? oldest
            : _byPrefill.First;

    public void Take(QueuePlace place, QueueRound round) => Remove(place);
}
