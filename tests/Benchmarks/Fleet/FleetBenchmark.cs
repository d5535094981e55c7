using Microsoft.Extensions.DependencyInjection;
using Preble.Hosting;
using Preble.Hosting.Fleet;
using Preble.Testing;

namespace Preble.Benchmarks.Fleet;

/// <summary><c>./preble bench fleet</c>: what a fleet costs beside one process.</summary>
internal static class FleetBenchmark
{
    /// <summary>What has not come to its end by then is ended: a figure is not worth a process that hangs.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (FleetBenchmarkOptions.Parse(arguments, out var message) is not { } options)
        {
            Console.WriteLine(message);
            return arguments.Contains("--help") || arguments.Contains("-h") ? 0 : 2;
        }

        if (!HasOrleans())
        {
            Console.WriteLine("bench fleet: this build has no Orleans host, for its packages could not be restored here.");
            return 1;
        }

        Console.WriteLine($"machine  {Machine.Describe()}; load average {Load()}");
        Console.WriteLine($"commit   {Machine.Commit(RepositoryPaths.Root)}");
        Console.WriteLine($"command  ./preble bench fleet {string.Join(' ', arguments)}");
        var whole = true;
        if (options.Overhead)
        {
            whole &= await BoundedAsync(new OverheadBenchmark(options).RunAsync);
        }

        if (options.Streams)
        {
            whole &= await BoundedAsync(new StreamsBenchmark(options).RunAsync);
        }

        Console.WriteLine($"\nload average at the end {Load()}");
        return whole ? 0 : 1;
    }

    private static async Task<bool> BoundedAsync(Func<CancellationToken, Task> part)
    {
        using var bound = new CancellationTokenSource(Bound);
        try
        {
            await part(bound.Token);
            return true;
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            Console.WriteLine($"\nStopped after {Bound.TotalSeconds:F0} s, and its processes ended: this machine is too busy for the rest of this part.");
            return false;
        }
    }

    private static bool HasOrleans()
    {
        try
        {
            GrainHost.Add(new ServiceCollection(), GrainHost.Orleans, new FleetOptions(), []);
            return true;
        }
        catch (StartException)
        {
            return false;
        }
    }

    private static string Load() => File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3)) : "unknown";
}
