using System.CommandLine;
using System.Runtime;
using Preble.Commands.Simulate;
using Preble.Simulation;

namespace Preble.Commands;

/// <summary><c>preble simulate</c>: a fleet in virtual time, with the production scheduler and workers, and a table of what each policy came to.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var arguments = new SimulateArguments();
        var command = new Command("simulate", """
            Simulates a fleet in virtual time: the scheduler and the workers are those of the server, only the forward pass is a cost model.
            Each policy gets the same requests. The same seed gives the same figures on every machine, all but the wall times.

            Examples:
              preble simulate
              preble simulate --workload documents --workers 4 --rate 2 --policies e2,round-robin,least-loaded
              preble simulate --rates 3,6,9,12,15,18 --csv toolbench.csv
              preble simulate --trace conversation_trace.jsonl --gpu h100-llama-3-70b-tp4 --workers 8 --requests 2000
              preble simulate --lose-worker 0@60-90 --slow-worker 1@3 --drop-reports 0.01 --audit
            """);
        arguments.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(arguments.Read(parsed), cancellation)));
        return command;
    }

    private static int Run(SimulatePlan plan, CancellationToken cancellation)
    {
        // Nobody waits for an answer here: without a thread of its own the collector costs a seventh less.
        GCSettings.LatencyMode = GCLatencyMode.Batch;
        Console.WriteLine($"{plan.Title}\n{plan.Options.Gpu.Source}; {plan.Options.Gpu.BlockCount} blocks of KV cache a worker");
        var rows = new List<SimulateRow>();
        foreach (var rate in plan.Rates)
        {
            foreach (var policy in plan.Policies)
            {
                rows.Add(new SimulateRow(rate, One(plan, rate, policy, cancellation)));
            }
        }

        SimulateReport.Write(rows);
        SimulateFiles.Write(plan, rows);
        return 0;
    }

    private static RunFigures One(SimulatePlan plan, double rate, string policy, CancellationToken cancellation)
    {
        using var progress = new SimulateProgress($"{policy} at {rate:0.###}/s", plan.Requests(rate));
        try
        {
            var run = new SimulationRun(plan.Options with { Policy = policy }, plan.Workload(rate), plan.TtftSlo);
            return run.Run(progress.Show, cancellation);
        }
        catch (SimulationFault fault)
        {
            throw new CommandFailure($"A checker has found a fault, seed {plan.Options.Seed}, policy {policy}, rate {rate:0.###}: {fault.Message}", fault);
        }
        catch (Exception wrong) when (wrong is IOException or FormatException or System.Text.Json.JsonException)
        {
            throw new CommandFailure($"The trace cannot be read: {wrong.Message}", wrong);
        }
    }
}
