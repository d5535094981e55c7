namespace Preble.Core.Batching;

/// <summary>What a worker has done since its start, and its hit ratio of late.</summary>
public sealed class WorkerTotals
{
    private readonly HitRatioWindow _window = new();

    public long Requests { get; set; }

    public long Steps { get; set; }

    public long OutputTokens { get; set; }

    /// <summary>Prompt tokens of the requests admitted so far.</summary>
    public long PromptTokens { get; private set; }

    /// <summary>Those of them that were found cached.</summary>
    public long CachedTokens { get; private set; }

    /// <summary>Those of the cached ones that came from the host tier.</summary>
    public long HostHitTokens { get; private set; }

    /// <summary>Tokens that were guessed.</summary>
    public long DraftedTokens { get; private set; }

    /// <summary>Those of them that were right.</summary>
    public long AcceptedTokens { get; private set; }

    public void Draft(int drafted, int accepted)
    {
        DraftedTokens += drafted;
        AcceptedTokens += accepted;
    }

    /// <summary>Loads have ended: so many tokens came, and so many that were counted as cached at their admission did not.</summary>
    public void Load(int loadedTokens, int lostTokens)
    {
        HostHitTokens += loadedTokens;
        CachedTokens -= lostTokens;
    }

    public void Admit(int promptTokens, int cachedTokens, TimeSpan now)
    {
        PromptTokens += promptTokens;
        CachedTokens += cachedTokens;
        _window.Add(promptTokens, cachedTokens, now);
    }

    public double HitRatio(TimeSpan now) => _window.Ratio(now);
}
