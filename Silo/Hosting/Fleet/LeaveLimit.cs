using System.Globalization;
using Microsoft.Extensions.Hosting;

namespace Preble.Hosting.Fleet;

/// <summary>
/// Bounds the time in which a silo that stops takes itself off the fleet's list. While the list's store is away Orleans tries that for minutes,
/// several times in a row, whatever the host's own limit; by then all requests have ended. So the process ends without it, and the others find it
/// gone by their probes. Added after the silo, so that it hears of a stop just before it.
/// </summary>
/// <param name="end">Ends the process with that exit code.</param>
internal sealed class LeaveLimit(TimeProvider time, Action<int> end) : IHostedService, IDisposable
{
    /// <summary>Longer than it takes where the store is there, on a busy machine, too.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private ITimer? _timer;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _timer = time.CreateTimer(static limit => ((LeaveLimit)limit!).GiveUp(), this, Patience, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    /// <summary>The silo has left in time, or was never asked to.</summary>
    public void Dispose() => _timer?.Dispose();

    private void GiveUp()
    {
        // Not by the log: what it still has to write would be lost.
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"preble: the list of silos could not be told within {Patience.TotalSeconds} s that this process ends; the others find it gone by their probes."));
        end(0);
    }
}
