namespace Preble.Core.Batching.Speculation;

/// <summary>
/// How many tokens are worth guessing next for one sequence: twice as many after a draft that was right as a whole, one more than were right
/// after one that was right in part, and after one that was wrong from its first token none for a while, each time longer.
/// </summary>
public struct DraftLength()
{
    private const int First = 2;

    /// <summary>The longest time without a draft, in steps.</summary>
    private const int MostPause = 16;

    private int _length = First;
    private int _misses;
    private int _pause;

    /// <summary>The length of the next draft, at most <paramref name="most"/>; 0 for none in this step.</summary>
    public int Next(int most)
    {
        if (_pause > 0)
        {
            _pause--;
            return 0;
        }

        return Math.Min(_length, most);
    }

    /// <summary>Takes in what became of a draft.</summary>
    public void Learn(int drafted, int accepted)
    {
        if (accepted == 0)
        {
            (_length, _pause) = (1, Math.Min(1 << _misses, MostPause));
            _misses += _pause < MostPause ? 1 : 0;
            return;
        }

        _misses = 0;
        _length = accepted < drafted ? accepted + 1 : Math.Min(Math.Max(_length, 2 * drafted), Limits.DraftTokens);
    }
}
