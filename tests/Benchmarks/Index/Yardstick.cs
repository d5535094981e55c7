using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Preble.Benchmarks.Index;

/// <summary>What this machine's memory does at best: random 64-byte reads per second over 1 GiB on one core.</summary>
internal static class Yardstick
{
    private const int Lines = 1 << 24;
    private const int WordsPerLine = 8;
    private const int Reads = 1 << 23;

    /// <summary>Reads that do not wait for each other, and reads each of which names the next; the best of three.</summary>
    public static (double Independent, double Chained) Measure()
    {
        var memory = new ulong[(long)Lines * WordsPerLine];
        for (var line = 0; line < Lines; line++)
        {
            memory[line * WordsPerLine] = (ulong)line * 0x9E3779B97F4A7C15;
        }

        var (independent, chained, sum) = (0.0, 0.0, 0UL);
        for (var round = 0; round < 3; round++)
        {
            var start = Stopwatch.GetTimestamp();
            sum += ReadIndependent(memory);
            independent = Math.Max(independent, Reads / Stopwatch.GetElapsedTime(start).TotalSeconds);
            start = Stopwatch.GetTimestamp();
            sum += ReadChained(memory);
            chained = Math.Max(chained, Reads / 8 / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        GC.KeepAlive(sum);
        return (independent, chained);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong ReadIndependent(ulong[] memory)
    {
        var (state, sum) = (1UL, 0UL);
        for (var read = 0; read < Reads; read++)
        {
            state = (state * 6364136223846793005) + 1442695040888963407;
            sum += SumLine(memory, (int)(state >> 40));
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong ReadChained(ulong[] memory)
    {
        var (state, sum) = (1UL, 0UL);
        for (var read = 0; read < Reads / 8; read++)
        {
            state = (state * 6364136223846793005) + 1442695040888963407;
            state ^= SumLine(memory, (int)(state >> 40));
            sum += state;
        }

        return sum;
    }

    private static ulong SumLine(ulong[] memory, int line)
    {
        var words = memory.AsSpan(line * WordsPerLine, WordsPerLine);
        return words[0] + words[1] + words[2] + words[3] + words[4] + words[5] + words[6] + words[7];
    }
}
