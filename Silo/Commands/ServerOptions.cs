using System.CommandLine;
using Preble.Core.Placement.Policies;
using Preble.Core.Placement;
using Preble.Hosting;

namespace Preble.Commands;

/// <summary>The command-line options of a server, for every verb that may start one.</summary>
internal sealed class ServerOptions
{
    private static readonly ServeOptions Defaults = new();

    /// <summary>The scheduler's options that a server has options of its own for.</summary>
    private static readonly Dictionary<string, string> OwnOptions = new(StringComparer.Ordinal)
    {
        [nameof(SchedulerOptions.RequestsPerWorker)] = "--queue and --batch",
        [nameof(SchedulerOptions.QueuedRequests)] = "--scheduler-queue",
        [nameof(SchedulerOptions.PlacementsKept)] = "--placements-kept",
        [nameof(SchedulerOptions.TtftTargetSeconds)] = "--ttft-target-ms",
        [nameof(SchedulerOptions.LateRequests)] = "--late-requests",
    };

    private readonly Option<string[]> _model = new("--model")
    {
        Description = "A GGUF file or a Hugging Face folder; several times for several models. Default: the embedded SmolLM2-135M-Instruct.",
        HelpName = "[NAME=]PATH",
    };

    private readonly Option<int> _workers = Of(
        "--workers", "N", "Workers of each model in this process; they share one copy of its weights.", Defaults.Workers);

    private readonly Option<int> _placements = Of(
        "--placements-kept", "N", "Decisions that each scheduler remembers for explain; 0 for none.", Defaults.PlacementsKept);

    private readonly Option<string> _policy = Of(
        "--policy", "NAME", $"How requests are placed: {string.Join(", ", PlacementPolicies.Names)}.", Defaults.Policy);

    private readonly Option<string> _weights = Of(
        "--weights", "native|int4|int8|bf16|f32", "native: as stored; int4, int8, bf16: converted at load; f32: the exact reference.", Defaults.Weights);

    private readonly Option<string> _runtime = Of(
        "--runtime", "NAME", "What hosts the grains: in-process, or orleans where its packages are.", Defaults.Runtime);

    private readonly Option<double> _kvGib = Of("--kv-gib", "GIB", "Memory of each worker's KV cache.", Defaults.KvGib);

    private readonly Option<string> _kvType = Of(
        "--kv-type", "default|f32|f16|int8",
        "How keys and values are held; default: f16, and f32 with --weights f32; int8: half of f16, lossy.", Defaults.KvType);

    private readonly Option<int?> _threads = new("--threads")
    {
        HelpName = "N", Description = "Threads of a forward pass. Default: one a core.",
    };

    private readonly Option<int?> _threadsPerWorker = new("--threads-per-worker")
    {
        HelpName = "N", Description = "Threads of each worker's own, each on a core of its own. Default: all workers take turns on --threads.",
    };

    private readonly Option<string?> _calibration = new("--calibration-cache")
    {
        HelpName = "DIR|off", Description = "Where measured costs are kept. Default: the user's cache folder; off: measure at every start.",
    };

    private readonly Option<double> _hostCacheGib = Of(
        "--host-cache-gib", "GIB", "Largest file of each worker's host tier, which keeps evicted blocks; 0 for none.", Defaults.HostCacheGib);

    private readonly Option<string?> _hostCacheDir = new("--host-cache-dir")
    {
        HelpName = "DIR", Description = "Folder of the host tier's files. Default: preble/blocks in the user's cache folder.",
    };

    private readonly Option<string> _hostCacheType = Of(
        "--host-cache-type", "exact|int8", "exact: blocks come back bit for bit; int8: half the size, lossy.", Defaults.HostCacheType);

    private readonly Option<string[]> _scheduler = new("--scheduler")
    {
        HelpName = "NAME=VALUE", Description = "Sets any other option of the scheduler, times in seconds; see docs/placement.md.",
    };

    private readonly Option<double> _ttftTarget = Of(
        "--ttft-target-ms", "MS", "Time to the first token for requests that ask for none (X-TTFT-Target-Ms); 0: whenever.", 0.0);

    private readonly Option<string> _late = Of(
        "--late-requests", "refuse|downgrade", "What becomes of a request whose first token cannot be in time: 429, or served after others.",
        "refuse");

    private readonly SchedulingOptions _scheduling = new();

    private readonly FleetCommandOptions _fleet = new();

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _scheduler, _ttftTarget, _late,
            _model, _workers, _policy, _placements, _weights, _runtime, _kvGib, _kvType, _threads, _threadsPerWorker, _calibration,
            _hostCacheGib, _hostCacheDir, _hostCacheType,
        })
        {
            command.Options.Add(option);
        }

        _scheduling.AddTo(command);
        _fleet.AddTo(command);
    }

    /// <exception cref="StartException">A value makes no sense.</exception>
    public ServeOptions Read(ParseResult arguments) => _fleet.Read(arguments, _scheduling.Read(arguments, new ServeOptions
    {
        Models = arguments.GetValue(_model) is { Length: > 0 } models ? [.. models.Select(ModelSource.Parse)] : Defaults.Models,
        Workers = arguments.GetValue(_workers),
        Policy = arguments.GetValue(_policy)!,
        PlacementsKept = arguments.GetValue(_placements),
        Weights = arguments.GetValue(_weights)!,
        Runtime = arguments.GetValue(_runtime)!,
        KvGib = arguments.GetValue(_kvGib),
        KvType = arguments.GetValue(_kvType)!,
        Threads = arguments.GetValue(_threads),
        ThreadsPerWorker = arguments.GetValue(_threadsPerWorker),
        CalibrationCache = arguments.GetValue(_calibration),
        HostCacheGib = arguments.GetValue(_hostCacheGib),
        HostCacheDir = arguments.GetValue(_hostCacheDir),
        HostCacheType = arguments.GetValue(_hostCacheType)!,
        Scheduler = Scheduler(arguments),
    })).Validate();

    private SchedulerOptions Scheduler(ParseResult arguments)
    {
        var late = arguments.GetValue(_late)!;
        var options = new SchedulerOptions
        {
            TtftTargetSeconds = arguments.GetValue(_ttftTarget) / 1000,
            LateRequests = late is "refuse" ? LateRequests.Refuse
                : late is "downgrade" ? LateRequests.Downgrade
                : throw new StartException($"--late-requests must be 'refuse' or 'downgrade', not '{late}'."),
        };
        try
        {
            return SchedulerSettings.Apply(options, arguments.GetValue(_scheduler) ?? [], OwnOptions).Validate();
        }
        catch (ArgumentException wrong)
        {
            throw new StartException(SchedulerSettings.Sentence(wrong), wrong);
        }
    }

    private static Option<T> Of<T>(string name, string helpName, string description, T value) =>
        new(name) { HelpName = helpName, Description = description, DefaultValueFactory = _ => value };
}
