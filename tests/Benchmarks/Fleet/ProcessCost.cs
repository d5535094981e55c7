using System.Diagnostics;

namespace Preble.Benchmarks.Fleet;

/// <summary>What this process has used since its start: CPU and wall seconds, allocated bytes.</summary>
internal sealed record ProcessCost(double CpuSeconds, double WallSeconds, long AllocatedBytes)
{
    public static ProcessCost Now() => new(
        Environment.CpuUsage.TotalTime.TotalSeconds,
        Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency,
        GC.GetTotalAllocatedBytes());

    public ProcessCost Since(ProcessCost before) => new(
        CpuSeconds - before.CpuSeconds, WallSeconds - before.WallSeconds, AllocatedBytes - before.AllocatedBytes);

    /// <summary>CPU seconds a second.</summary>
    public double Cores => CpuSeconds / WallSeconds;
}
