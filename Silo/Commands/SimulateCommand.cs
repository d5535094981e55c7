using System.CommandLine;
using System.Runtime;
using Preble.Commands.Simulate;

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
              preble simulate --workload 37-capacity --rates 3,10,20 --policies e2,cost,weighted --html page.html
              preble simulate --suite paper --parallel 2 --csv paper.csv --html paper.html
              preble simulate --lose-worker 0@60-90 --slow-worker 1@3 --drop-reports 0.01 --audit
            """);
        arguments.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(arguments.Read(parsed), cancellation)));
        return command;
    }

    private static int Run(SimulateRequest request, CancellationToken cancellation)
    {
        // Nobody waits for an answer here: a collector without a thread of its own costs less.
        GCSettings.LatencyMode = GCLatencyMode.Batch;
        var runner = new SimulateRunner(SimulateJob.Of(request.Plans), request.Parallel);
        runner.Run(() => SimulateFiles.Write(request, runner.Rows), cancellation);
        foreach (var plan in request.Plans)
        {
            Console.WriteLine($"{plan.Title}\n{plan.Options.Gpu.Source}; {plan.Options.Gpu.BlockCount} blocks of KV cache a worker");
            SimulateReport.Write([.. runner.Rows.Where(row => row.Job.Plan == plan)]);
        }

        return 0;
    }
}
