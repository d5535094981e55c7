namespace Preble.Core.Batching.Costs;

/// <summary>
/// The time until all has ended, asked for at every step and estimated now and then: an estimate walks all sequences. Asked with no age
/// allowed it is always made anew, and it always knows whether there is anything to do at all.
/// </summary>
public sealed class PacedDrain(WorkerCosts costs)
{
    private double _seconds;
    private TimeSpan _at;
    private bool _known;

    /// <summary>Seconds until all of them have ended, as estimated no longer ago than <paramref name="age"/>; 0 when costs are not known.</summary>
    public double Seconds(Dictionary<RequestId, Sequence>.ValueCollection sequences, TimeSpan now, TimeSpan age)
    {
        if (sequences.Count == 0)
        {
            (_known, _seconds) = (false, 0);
            return 0;
        }

        if (!_known || now - _at >= age)
        {
            (_known, _at, _seconds) = (true, now, costs.DrainSeconds(sequences));
        }

        return _seconds;
    }
}
