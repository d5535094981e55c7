using System.CommandLine;
using Preble.Core.Batching.Queueing;
using Preble.Core.Placement;
using Preble.Simulation;
using Preble.Simulation.Workloads;

namespace Preble.Commands.Simulate;

/// <summary>The options that say what the fleet is.</summary>
internal sealed class FleetArguments
{
    private const int MostWorkers = 4096;
    private static readonly SimulationOptions Defaults = new() { Gpu = GpuProfiles.Find("a6000-mistral-7b")! };

    private readonly Option<string> _gpu = Options.Of("--gpu", "NAME", $"What a worker is: {string.Join(", ", GpuProfiles.Names)}.", Defaults.Gpu.Name);
    private readonly Option<string> _costs = Options.Of(
        "--costs", "A,B,C,D,E", "For calibrated: seconds a step, a prefill token, the same for each token before it, a decode, and for each before it.", "");

    private readonly Option<int> _kvTokens = Options.Of("--kv-tokens", "N", "Tokens of each KV cache; 0 for what the profile has.", 0);
    private readonly Option<int> _context = Options.Of("--context", "N", "The longest prompt plus output; 0 for what the profile has.", 0);
    private readonly Option<int> _workers = Options.Of("--workers", "N", "Workers.", Defaults.Workers);
    private readonly Option<ulong> _seed = Options.Of("--seed", "N", "The seed of everything random.", Defaults.Seed);
    private readonly Option<double> _delay = Options.Of("--network-ms", "MS", "One way between two machines.", Defaults.NetworkDelay.TotalMilliseconds);
    private readonly Option<int> _batch = Options.Of("--batch", "N", "Sequences that a worker computes in one step.", Defaults.RunningSequences);
    private readonly Option<int> _stepTokens = Options.Of("--step-tokens", "N", "Tokens that a worker computes in one step.", Defaults.StepTokens);
    private readonly Option<double> _itl = Options.Of("--itl-target-ms", "MS", "The longest gap that prefill may cause in a stream; 0 for none.", 100.0);
    private readonly Option<string> _discipline = Options.Of(
        "--queue-discipline", "NAME", $"Who of the waiting is next: {string.Join(", ", QueueDisciplines.Names)}.", Defaults.Discipline);

    private readonly Option<string[]> _scheduler = new("--scheduler")
    {
        HelpName = "NAME=VALUE",
        Description = $"Sets an option of the scheduler, times in seconds; as often as needed: {string.Join(", ", SchedulerSettings.Names)}.",
    };

    private readonly FaultArguments _faults = new();
    private readonly Option<bool> _audit = new("--audit") { Description = "Check everything after each event; many times slower." };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _gpu, _costs, _kvTokens, _context, _workers, _seed, _delay, _batch, _stepTokens, _itl, _discipline, _scheduler, _audit,
        })
        {
            command.Options.Add(option);
        }

        _faults.AddTo(command);
    }

    /// <summary>The fleet; what the command line does not name is as the workload is meant for.</summary>
    /// <exception cref="CommandFailure">A value makes no sense.</exception>
    public SimulationOptions Read(ParseResult parsed, WorkloadCatalog.Entry workload)
    {
        var workers = Options.Checked(parsed, _workers, workers => workers is >= 1 and <= MostWorkers, $"between 1 and {MostWorkers}");
        workers = workload.Workers > 0 && !Options.IsGiven(parsed, _workers) ? workload.Workers : workers;
        var stepTokens = Options.Checked(parsed, _stepTokens, tokens => tokens >= 1, "at least 1");
        var discipline = parsed.GetValue(_discipline)!;
        return new SimulationOptions
        {
            Gpu = Gpu(parsed, workload),
            Workers = workers,
            Seed = parsed.GetValue(_seed),
            NetworkDelay = TimeSpan.FromMilliseconds(Options.Checked(parsed, _delay, delay => delay is >= 0 and <= 1000, "between 0 and 1000")),
            StepTokens = stepTokens,
            RunningSequences = Options.Checked(parsed, _batch, batch => batch >= 1 && batch <= stepTokens, "between 1 and --step-tokens"),
            ItlTargetSeconds = Options.Checked(parsed, _itl, itl => itl is >= 0 and <= 1e6, "0 or more") / 1000,
            Discipline = QueueDisciplines.Fault(discipline) is { } fault ? throw new CommandFailure(fault) : discipline,
            Scheduler = Scheduler(parsed.GetValue(_scheduler) ?? [], Defaults.Scheduler),
            Faults = _faults.Read(parsed, workers),
            Audit = parsed.GetValue(_audit),
        };
    }

    /// <summary>The scheduler's options with some set by name.</summary>
    /// <exception cref="CommandFailure">A name or a value is wrong.</exception>
    public static SchedulerOptions Scheduler(IEnumerable<string> settings, SchedulerOptions before)
    {
        try
        {
            return SchedulerSettings.Apply(before, settings).Validate();
        }
        catch (ArgumentException wrong)
        {
            throw new CommandFailure(SchedulerSettings.Sentence(wrong), wrong);
        }
    }

    private GpuProfile Gpu(ParseResult parsed, WorkloadCatalog.Entry workload)
    {
        var given = Options.IsGiven(parsed, _gpu) || workload.Gpu is null;
        var name = given ? parsed.GetValue(_gpu)! : workload.Gpu!;
        var kvTokens = Options.Checked(parsed, _kvTokens, tokens => tokens is 0 or >= 1024, "0, or at least 1024");
        var context = Options.Checked(parsed, _context, tokens => tokens is 0 or >= 64, "0, or at least 64");
        kvTokens = kvTokens == 0 && !given ? workload.KvTokens : kvTokens;
        if (name == "calibrated")
        {
            return GpuProfiles.Calibrated(parsed.GetValue(_costs)!, kvTokens > 0 ? kvTokens : 131_072, context > 0 ? context : 32_768)
                ?? throw new CommandFailure("--gpu calibrated needs --costs with five numbers of seconds, 0 or more, between commas.");
        }

        var profile = GpuProfiles.Find(name) ?? throw new CommandFailure($"There is no profile '{name}'; there are {string.Join(", ", GpuProfiles.Names)}.");
        return profile with { KvTokens = kvTokens > 0 ? kvTokens : profile.KvTokens, ContextTokens = context > 0 ? context : profile.ContextTokens };
    }
}
