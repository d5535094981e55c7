namespace Preble.Api;

/// <summary>Measures one request on one clock, from its arrival: the time to its first token and the gaps between tokens of a choice.</summary>
internal sealed class RequestClock(TimeProvider time)
{
    private readonly long _arrival = time.GetTimestamp();
    private readonly Dictionary<int, long> _lastToken = [];
    private readonly List<double> _gapSeconds = [];

    /// <summary>Null until the first token is out.</summary>
    public double? FirstTokenSeconds { get; private set; }

    /// <summary>Gaps between successive output tokens. Tokens that came together share their gap.</summary>
    public IReadOnlyList<double> GapSeconds => _gapSeconds;

    public double ElapsedSeconds => time.GetElapsedTime(_arrival).TotalSeconds;

    /// <summary>Call when the event has been written.</summary>
    public void Take(ChoiceEvent choiceEvent)
    {
        if (choiceEvent.TokenCount == 0)
        {
            return;
        }

        var now = time.GetTimestamp();
        FirstTokenSeconds ??= time.GetElapsedTime(_arrival, now).TotalSeconds;
        if (_lastToken.TryGetValue(choiceEvent.Choice, out var last))
        {
            var gap = time.GetElapsedTime(last, now).TotalSeconds / choiceEvent.TokenCount;
            _gapSeconds.AddRange(Enumerable.Repeat(gap, choiceEvent.TokenCount));
        }

        _lastToken[choiceEvent.Choice] = now;
    }
}
