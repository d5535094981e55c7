namespace Preble.Api;

/// <summary>The bounds of the REST front-end, in one place.</summary>
internal static class ApiLimits
{
    /// <summary>A longer body is answered with 413.</summary>
    public const int BodyBytes = 8 * 1024 * 1024;

    /// <summary>Kestrel's own bound: beyond it the connection is closed instead of read to its end.</summary>
    public const long ConnectionBodyBytes = 64 * 1024 * 1024;

    /// <summary>
    /// What the kernel, and Kestrel before it, keeps of an answer that its client has not taken: some hundred tokens of a stream. With more, a
    /// reader that does not read is seen late.
    /// </summary>
    public const int UnsentBytes = 16 * 1024;

    /// <summary>Choices of one request.</summary>
    public const int Choices = 8;

    /// <summary>Stop strings of one request; OpenAI allows 4.</summary>
    public const int StopStrings = 16;

    /// <summary>Characters of one stop string: as much text may be held back until it is clear that no stop string begins in it.</summary>
    public const int StopCharacters = 256;

    /// <summary>Messages of one conversation.</summary>
    public const int Messages = 4096;

    /// <summary>Tools of one request, as OpenAI's.</summary>
    public const int Tools = 128;

    /// <summary>Characters of a cache salt.</summary>
    public const int CacheSaltCharacters = 256;

    /// <summary>Characters of a tenant's name; each tenant that waits costs a worker as much.</summary>
    public const int TenantCharacters = 256;

    /// <summary>Characters of a request's name, in a question for it; our own have 50 at most.</summary>
    public const int RequestIdCharacters = 128;

    /// <summary>Keys that open the API; each request is compared with all of them.</summary>
    public const int ApiKeys = 10_000;

    /// <summary>The shortest key: below it, guessing begins to pay.</summary>
    public const int ApiKeyCharactersLeast = 16;

    /// <summary>The longest key.</summary>
    public const int ApiKeyCharacters = 512;

    /// <summary>Bytes of a file of keys.</summary>
    public const int ApiKeyFileBytes = 1 << 20;

    /// <summary>Decisions in one answer.</summary>
    public const int Placements = 1000;

    /// <summary>Decisions in an answer to a question that names no number.</summary>
    public const int DefaultPlacements = 20;

    /// <summary>Characters of a session's name or a prompt cache key.</summary>
    public const int SessionCharacters = 256;

    /// <summary>The longest time to the first token that may be asked for, in milliseconds: an hour.</summary>
    public const int TtftTargetMs = 3_600_000;

    /// <summary>The most that a request may be put before or after others.</summary>
    public const int Priority = 100;

    /// <summary>The longest time-out of a request.</summary>
    public const int TimeoutSeconds = Core.Limits.TimeoutSeconds;

    /// <summary>The longest that a request may keep its prompt cached after its last use.</summary>
    public const int PinSeconds = 86_400;

    /// <summary>What a worker gets of a time-out that passes while the request is on its way to it.</summary>
    public const double ShortestTimeoutSeconds = 0.001;

    /// <summary>
    /// How much longer than a request's time-out its worker is waited for, in seconds: one in a long step sees the deadline at its end. Past it
    /// the front-end answers alone.
    /// </summary>
    public const double DeadlineGraceSeconds = 2;

    /// <summary>How long after a request's deadline it may still be placed: timers may fire a little early, and then it would not have passed.</summary>
    public const double PlacementGraceSeconds = 0.05;

    /// <summary>Output tokens of a raw completion that names no number, as OpenAI's.</summary>
    public const int CompletionMaxTokens = 16;

    /// <summary>Workers that may fail or refuse one choice before the client hears of it; those that were drained after some tokens do not count.</summary>
    public const int PlacementAttempts = 3;

    /// <summary>Other workers asked when one has a full queue.</summary>
    public const int QueueFullRetries = 1;

    /// <summary>Pieces of text waiting for a slow client before the generation waits, too.</summary>
    public const int PendingEvents = 64;
}
