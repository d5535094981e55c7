using System.Collections.Concurrent;
using Preble.Simulation;

namespace Preble.Commands.Simulate;

/// <summary>Runs all jobs, several at a time when asked, and returns their figures in the order of the jobs. Runs share nothing.</summary>
internal sealed class SimulateRunner(IReadOnlyList<SimulateJob> jobs, int parallel)
{
    private readonly ConcurrentDictionary<int, SimulateRow> _rows = [];

    /// <summary>What has ended so far, in the order of the jobs.</summary>
    public IReadOnlyList<SimulateRow> Rows => [.. _rows.OrderBy(row => row.Key).Select(row => row.Value)];

    /// <param name="ended">Is told of each run that has ended, one at a time.</param>
    /// <exception cref="CommandFailure">A checker has found something, or a trace cannot be read.</exception>
    public void Run(Action ended, CancellationToken cancellation)
    {
        using var progress = new SimulateProgress(jobs.Count);
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation };
        var partitions = Partitioner.Create(Enumerable.Range(0, jobs.Count), EnumerablePartitionerOptions.NoBuffering);
        try
        {
            Parallel.ForEach(partitions, options, at =>
            {
                _rows[at] = new SimulateRow(jobs[at], One(jobs[at], progress, cancellation));
                progress.Ended(jobs[at], ended);
            });
        }
        catch (AggregateException several)
        {
            throw several.InnerExceptions.OfType<CommandFailure>().FirstOrDefault() ?? several.InnerExceptions[0];
        }
    }

    private static RunFigures One(SimulateJob job, SimulateProgress progress, CancellationToken cancellation)
    {
        var (plan, options) = (job.Plan, job.Variant.Options);
        try
        {
            var workload = plan.Workload.At(job.Rate, options.Seed, options.Gpu.ContextTokens);
            var run = new SimulationRun(options, workload, plan.TtftSlo, job.Variant.Name);
            return run.Run((time, ended) => progress.Show(job, time, ended), cancellation);
        }
        catch (SimulationFault fault)
        {
            throw new CommandFailure($"A checker has found a fault, seed {options.Seed}, {job.Name}: {fault.Message}", fault);
        }
        catch (Exception wrong) when (wrong is IOException or FormatException or System.Text.Json.JsonException)
        {
            throw new CommandFailure($"The trace cannot be read: {wrong.Message}", wrong);
        }
    }
}
