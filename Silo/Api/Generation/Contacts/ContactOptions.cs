namespace Preble.Api;

/// <summary>How long the front-end waits for other processes before it takes them for lost, and does without them.</summary>
internal sealed record ContactOptions
{
    /// <summary>A stream or a placement without a word for so long is a reason to ask whether the other side still answers.</summary>
    public TimeSpan QuietAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often streams are looked at.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the answer to that question may take; it needs no engine and no turn, so only a process that stands still takes long.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Questions in a row without an answer that make somebody lost.</summary>
    public int Questions { get; init; } = 2;

    /// <summary>Between two such questions, when the first failed at once.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long a lost worker is passed over, unless it answers late. By then the scheduler has dropped it, or it is reachable for others and
    /// gets another chance here.
    /// </summary>
    public TimeSpan LostFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a request waits for a scheduler that is away: longer than the default membership takes to declare its process dead (15 s) and
    /// another to come up.
    /// </summary>
    public TimeSpan SchedulerPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Between two tries to reach it.</summary>
    public TimeSpan SchedulerPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a probe or an administrator's question waits for the schedulers.</summary>
    public TimeSpan ProbePatience { get; init; } = TimeSpan.FromSeconds(2);
}
