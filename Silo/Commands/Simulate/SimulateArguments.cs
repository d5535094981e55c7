using System.CommandLine;
using System.Globalization;
using Preble.Core.Batching.Queueing;
using Preble.Core.Placement;
using Preble.Core.Placement.Policies;
using Preble.Simulation;
using Preble.Simulation.Workloads;

namespace Preble.Commands.Simulate;

/// <summary>The options of <c>preble simulate</c> and what they mean together.</summary>
internal sealed class SimulateArguments
{
    private const int MostWorkers = 4096;
    private static readonly SimulationOptions Defaults = new() { Gpu = GpuProfiles.Find("a6000-mistral-7b")! };

    private readonly Option<string> _workload = Of("--workload", "NAME", $"What clients ask: {string.Join(", ", WorkloadCatalog.Names)}.", "toolbench");
    private readonly Option<string> _trace = Of("--trace", "FILE", "Requests from a trace instead: Mooncake JSON lines, or Azure CSV.", "");
    private readonly Option<string> _gpu = Of("--gpu", "NAME", $"What a worker is: {string.Join(", ", GpuProfiles.Names)}.", Defaults.Gpu.Name);
    private readonly Option<string> _costs = Of(
        "--costs", "A,B,C,D,E", "For calibrated: seconds a step, a prefill token, the same for each token before it, a decode, and for each before it.", "");

    private readonly Option<int> _kvTokens = Of("--kv-tokens", "N", "Tokens of each KV cache; 0 for what the profile has.", 0);
    private readonly Option<int> _context = Of("--context", "N", "The longest prompt plus output; 0 for what the profile has.", 0);
    private readonly Option<int> _workers = Of("--workers", "N", "Workers.", Defaults.Workers);
    private readonly Option<string> _policies = Of(
        "--policies", "NAMES", $"Policies, each on the same requests: {string.Join(", ", PlacementPolicies.Names)}.", "e2,round-robin");

    private readonly Option<string> _rates = Of(
        "--rate", "R,…", "Requests a second over all workers; several are run one after the other. Default: by workload; a trace's own.", "", "--rates");

    private readonly Option<double> _seconds = Of("--seconds", "S", "For how long requests arrive, when --requests does not say how many.", 300.0);
    private readonly Option<int> _requests = Of("--requests", "N", "How many requests; 0 for as many as come in --seconds, or are in the trace.", 0);
    private readonly Option<int> _prefixes = Of("--prefixes", "N", "Different tools, videos, documents …; 0 for so many a worker, by workload.", 0);
    private readonly Option<double> _zipf = Of("--zipf", "A", "Exponent of their popularity; 0 for all alike.", 0.0);
    private readonly Option<ulong> _seed = Of("--seed", "N", "The seed of everything random.", Defaults.Seed);
    private readonly Option<double> _slo = Of("--ttft-slo", "S", "Also count the requests whose first token came within so many seconds.", 0.0);
    private readonly Option<double> _delay = Of("--network-ms", "MS", "One way between two machines.", Defaults.NetworkDelay.TotalMilliseconds);
    private readonly Option<int> _batch = Of("--batch", "N", "Sequences that a worker computes in one step.", Defaults.RunningSequences);
    private readonly Option<int> _stepTokens = Of("--step-tokens", "N", "Tokens that a worker computes in one step.", Defaults.StepTokens);
    private readonly Option<double> _itl = Of("--itl-target-ms", "MS", "The longest gap that prefill may cause in a stream; 0 for none.", 100.0);
    private readonly Option<string> _discipline = Of(
        "--queue-discipline", "NAME", $"Who of the waiting is next: {string.Join(", ", QueueDisciplines.Names)}.", Defaults.Discipline);

    private readonly Option<string[]> _scheduler = new("--scheduler")
    {
        HelpName = "NAME=VALUE",
        Description = $"Sets an option of the scheduler, times in seconds; as often as needed: {string.Join(", ", SchedulerSettings.Names)}.",
    };

    private readonly FaultArguments _faults = new();
    private readonly Option<bool> _audit = new("--audit") { Description = "Check everything after each event; many times slower." };
    private readonly Option<string> _csv = Of("--csv", "FILE", "Write the figures as comma-separated values.", "");
    private readonly Option<string> _json = Of("--json", "FILE", "Write the figures as JSON.", "");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _workload, _trace, _gpu, _costs, _kvTokens, _context, _workers, _policies, _rates, _seconds, _requests, _prefixes, _zipf, _seed, _slo, _delay,
            _batch, _stepTokens, _itl, _discipline, _scheduler, _audit, _csv, _json,
        })
        {
            command.Options.Add(option);
        }

        _faults.AddTo(command);
    }

    /// <exception cref="CommandFailure">A value makes no sense.</exception>
    public SimulatePlan Read(ParseResult parsed)
    {
        var workers = Checked(parsed, _workers, workers => workers is >= 1 and <= MostWorkers, $"between 1 and {MostWorkers}");
        var options = Fleet(parsed, workers);
        var policies = Names(parsed);
        var trace = parsed.GetValue(_trace)!;
        var name = parsed.GetValue(_workload)!;
        var entry = WorkloadCatalog.Find(name)
            ?? throw new CommandFailure($"There is no workload '{name}'; there are {string.Join(", ", WorkloadCatalog.Names)}.");
        if (trace.Length > 0 && !File.Exists(trace))
        {
            throw new CommandFailure($"There is no trace {trace}.");
        }

        var prefixes = Checked(parsed, _prefixes, prefixes => prefixes is >= 0 and <= 10_000_000, "0 or more");
        var rates = Rates(parsed, trace.Length > 0 ? 0 : entry.RatePerWorker * workers);
        var requests = Checked(parsed, _requests, requests => requests >= 0, "0 or more");
        var seconds = Checked(parsed, _seconds, seconds => seconds is > 0 and <= 1e6, "more than 0");
        var zipf = Checked(parsed, _zipf, zipf => zipf is >= 0 and <= 10, "between 0 and 10");
        return new SimulatePlan(
            $"{(trace.Length > 0 ? Path.GetFileName(trace) : name)} on {workers} × {options.Gpu.Name}, seed {options.Seed}",
            options, policies, rates, requests == 0 && trace.Length > 0 ? int.MaxValue : requests, seconds,
            prefixes > 0 ? prefixes : entry.PrefixesPerWorker * workers, zipf, parsed.GetValue(_slo),
            trace.Length > 0 ? given => WorkloadCatalog.Trace(trace, given) : entry.Create)
        {
            CsvPath = parsed.GetValue(_csv), JsonPath = parsed.GetValue(_json),
        };
    }

    private SimulationOptions Fleet(ParseResult parsed, int workers)
    {
        var stepTokens = Checked(parsed, _stepTokens, tokens => tokens >= 1, "at least 1");
        var discipline = parsed.GetValue(_discipline)!;
        return new SimulationOptions
        {
            Gpu = Gpu(parsed),
            Workers = workers,
            Seed = parsed.GetValue(_seed),
            NetworkDelay = TimeSpan.FromMilliseconds(Checked(parsed, _delay, delay => delay is >= 0 and <= 1000, "between 0 and 1000")),
            StepTokens = stepTokens,
            RunningSequences = Checked(parsed, _batch, batch => batch >= 1 && batch <= stepTokens, "between 1 and --step-tokens"),
            ItlTargetSeconds = Checked(parsed, _itl, itl => itl is >= 0 and <= 1e6, "0 or more") / 1000,
            Discipline = QueueDisciplines.Fault(discipline) is { } fault ? throw new CommandFailure(fault) : discipline,
            Scheduler = Scheduler(parsed),
            Faults = _faults.Read(parsed, workers),
            Audit = parsed.GetValue(_audit),
        };
    }

    private SchedulerOptions Scheduler(ParseResult parsed)
    {
        try
        {
            return SchedulerSettings.Apply(Defaults.Scheduler, parsed.GetValue(_scheduler) ?? []).Validate();
        }
        catch (ArgumentException wrong)
        {
            throw new CommandFailure(wrong.Message.Split(" (Parameter")[0], wrong);
        }
    }

    private GpuProfile Gpu(ParseResult parsed)
    {
        var name = parsed.GetValue(_gpu)!;
        var kvTokens = Checked(parsed, _kvTokens, tokens => tokens is 0 or >= 1024, "0, or at least 1024");
        var context = Checked(parsed, _context, tokens => tokens is 0 or >= 64, "0, or at least 64");
        if (name == "calibrated")
        {
            return GpuProfiles.Calibrated(parsed.GetValue(_costs)!, kvTokens > 0 ? kvTokens : 131_072, context > 0 ? context : 32_768)
                ?? throw new CommandFailure("--gpu calibrated needs --costs with five numbers of seconds, 0 or more, between commas.");
        }

        var profile = GpuProfiles.Find(name) ?? throw new CommandFailure($"There is no profile '{name}'; there are {string.Join(", ", GpuProfiles.Names)}.");
        return profile with { KvTokens = kvTokens > 0 ? kvTokens : profile.KvTokens, ContextTokens = context > 0 ? context : profile.ContextTokens };
    }

    private string[] Names(ParseResult parsed)
    {
        var names = parsed.GetValue(_policies)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var unknown = Array.Find(names, name => !PlacementPolicies.Names.Contains(name, StringComparer.Ordinal));
        return names.Length == 0 || unknown is not null
            ? throw new CommandFailure($"There is no policy '{unknown}'; there are {string.Join(", ", PlacementPolicies.Names)}.")
            : names;
    }

    private double[] Rates(ParseResult parsed, double normal)
    {
        var texts = parsed.GetValue(_rates)!.Split(',', StringSplitOptions.RemoveEmptyEntries);
        return texts.Length == 0 ? [normal] : Array.ConvertAll(texts, text =>
            double.TryParse(text, CultureInfo.InvariantCulture, out var rate) && rate is > 0 and <= 1e6
                ? rate
                : throw new CommandFailure($"--rate must be numbers above 0, not '{text}'."));
    }

    private static T Checked<T>(ParseResult parsed, Option<T> option, Predicate<T> holds, string range)
    {
        var value = parsed.GetValue(option)!;
        return holds(value) ? value : throw new CommandFailure($"{option.Name} must be {range}, not {value}.");
    }

    private static Option<T> Of<T>(string name, string helpName, string description, T value, params string[] aliases) =>
        new(name, aliases) { HelpName = helpName, Description = description, DefaultValueFactory = _ => value };
}
