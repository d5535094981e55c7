using System.Diagnostics;

namespace Preble.Benchmarks;

/// <summary>Where and of what a figure was taken.</summary>
internal static class Machine
{
    public static string Describe()
    {
        var model = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : null;
        return $"{Environment.ProcessorCount} × {model ?? "unknown processor"}";
    }

    public static string Commit(string folder)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("git", ["describe", "--always", "--dirty"])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            })!;
            var commit = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return commit.Length > 0 ? commit : "unknown";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown";
        }
    }
}
