using System.ComponentModel;
using System.Diagnostics;

namespace Preble.Benchmarks.Engine;

/// <summary>Programs that are run to their end.</summary>
internal static class Programs
{
    /// <summary>Runs a program with our own output; its exit code.</summary>
    public static int Run(string program, params string[] arguments)
    {
        using var process = Start(program, arguments, quiet: false);
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>Runs a program whose output is of interest only when it fails; then the end of it.</summary>
    public static string? Failure(string program, params string[] arguments)
    {
        const int linesShown = 5;
        using var process = Start(program, arguments, quiet: true);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : string.Join('\n', (output + errors.Result).TrimEnd().Split('\n').TakeLast(linesShown));
    }

    private static Process Start(string program, string[] arguments, bool quiet)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = quiet,
                RedirectStandardError = quiet,
            })!;
        }
        catch (Win32Exception failure)
        {
            throw new InvalidOperationException($"{program} cannot be started: {failure.Message}", failure);
        }
    }
}
