namespace Preble.Api;

/// <summary>When a request's own time-out passes, counted from its making: the moment when the request has been read.</summary>
internal sealed class Deadline(double seconds, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>What another worker may still take; 0 or less once it has passed.</summary>
    public double RemainingSeconds => seconds - time.GetElapsedTime(_start).TotalSeconds;

    public bool Passed => RemainingSeconds <= 0;

    /// <summary>Fires some time after the deadline, for workers that do not keep it. The caller disposes it.</summary>
    public CancellationTokenSource Guard(double graceSeconds) =>
        new(TimeSpan.FromSeconds(Math.Max(0, RemainingSeconds) + graceSeconds), time);
}
