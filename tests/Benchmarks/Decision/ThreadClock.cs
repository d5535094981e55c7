using System.Runtime.InteropServices;

namespace Preble.Benchmarks.Decision;

/// <summary>Nanoseconds that the calling thread has computed (Linux): what other processes take of a busy machine is not in it.</summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3;

    public static long Nanoseconds => GetTime(ThreadCpuTime, out var time) == 0 ? (time.Seconds * 1_000_000_000) + time.Nanoseconds : 0;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
