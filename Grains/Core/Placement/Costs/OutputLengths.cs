namespace Preble.Core.Placement.Costs;

/// <summary>avgOut: the mean output length of requests that finished, of those within the window H (§3.2).</summary>
public sealed class OutputLengths
{
    private long _tokens;

    public int Count { get; private set; }

    public int Average => (int)Math.Round((double)_tokens / Count);

    public void Add(int tokens)
    {
        _tokens += tokens;
        Count++;
    }

    public void Remove(int tokens)
    {
        _tokens -= tokens;
        Count--;
        Invariant.Require(Count >= 0 && _tokens >= 0, "no output length leaves the window that did not enter it");
    }
}
