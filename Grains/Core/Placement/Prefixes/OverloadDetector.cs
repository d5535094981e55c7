namespace Preble.Core.Placement.Prefixes;

/// <summary>
/// Notices when waiting gets longer: fires when the mean of the newer half of the window H is a multiple of the older half's (§3.2,
/// autoscaling: the queueing time doubles over H). Both halves must have samples, so that a prefix just begun does not fire, and the newer
/// mean must be worth mending.
/// </summary>
public sealed class OverloadDetector(TimeSpan window, double ratio, TimeSpan floor)
{
    private readonly Queue<(TimeSpan At, double Seconds, int Samples)> _samples = new();

    public bool IsEmpty => _samples.Count == 0;

    /// <summary>Takes in some samples of one moment by their sum.</summary>
    public void Add(double seconds, int samples, TimeSpan now)
    {
        if (samples < 1 || !double.IsFinite(seconds))
        {
            return;
        }

        if (_samples.Count == Limits.PrefixNodeSightings)
        {
            _samples.Dequeue();
        }

        _samples.Enqueue((now, Math.Max(0, seconds), samples));
    }

    public bool Fires(TimeSpan now)
    {
        while (_samples.TryPeek(out var oldest) && now - oldest.At >= window)
        {
            _samples.Dequeue();
        }

        var (older, olderSamples, newer, newerSamples) = (0.0, 0L, 0.0, 0L);
        foreach (var (at, seconds, samples) in _samples)
        {
            (older, olderSamples, newer, newerSamples) = now - at >= window / 2
                ? (older + seconds, olderSamples + samples, newer, newerSamples)
                : (older, olderSamples, newer + seconds, newerSamples + samples);
        }

        return olderSamples > 0 && newerSamples > 0
            && newer / newerSamples >= ratio * older / olderSamples
            && newer / newerSamples >= floor.TotalSeconds;
    }

    /// <summary>Something was done about it: only what comes now can say whether it was enough.</summary>
    public void Clear() => _samples.Clear();
}
