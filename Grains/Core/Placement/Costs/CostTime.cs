namespace Preble.Core.Placement.Costs;

/// <summary>
/// Costs are kept as <see cref="TimeSpan"/>: whole ticks, so that a window's sum comes back to exactly zero when all that was added is
/// taken away.
/// </summary>
internal static class CostTime
{
    /// <summary>No single cost is longer, so that no sum of a window overflows.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Rounded up: what costs something never costs nothing.</summary>
    internal static TimeSpan FromSeconds(double seconds) =>
        seconds >= Longest.TotalSeconds ? Longest : TimeSpan.FromTicks((long)Math.Ceiling(seconds * TimeSpan.TicksPerSecond));
}
