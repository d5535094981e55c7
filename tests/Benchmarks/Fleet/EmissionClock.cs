using System.Diagnostics;

namespace Preble.Benchmarks.Fleet;

/// <summary>Microseconds that all processes of a machine share, folded so that a token's id can say when it was put out.</summary>
internal static class EmissionClock
{
    private const int Mask = (1 << 30) - 1;

    public static int Now => (int)(Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000)) & Mask;

    /// <summary>From one reading to another that is less than 17 minutes later.</summary>
    public static int Microseconds(int from, int to) => (to - from) & Mask;
}
