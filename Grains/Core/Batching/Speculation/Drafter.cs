namespace Preble.Core.Batching.Speculation;

/// <summary>
/// The drafts of one sequence. <see cref="Draft"/> while a step is planned, <see cref="Settle"/> when it is completed; in between the draft is in
/// <see cref="Tokens"/>.
/// </summary>
public sealed class Drafter(int room)
{
    private readonly PromptLookup _lookup = new(room);
    private readonly int[] _tokens = new int[Limits.DraftTokens];
    private DraftLength _length = new();
    private int _count;

    /// <summary>The guessed tokens, which follow the known ones.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, _count);

    /// <summary>Guesses at most so many tokens; returns how many.</summary>
    public int Draft(ReadOnlySpan<int> known, int most)
    {
        var length = _length.Next(Math.Min(most, _tokens.Length));
        _count = length == 0 ? 0 : _lookup.Propose(known, _tokens.AsSpan(0, length));
        return _count;
    }

    /// <summary>So many of the guessed tokens were right; they are known now, and the draft is over.</summary>
    public void Settle(int accepted)
    {
        _length.Learn(_count, accepted);
        _count = 0;
    }
}
