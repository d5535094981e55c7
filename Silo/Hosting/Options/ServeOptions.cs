using Preble.Core;
using Preble.Core.Batching.Queueing;
using Preble.Core.Placement;
using Preble.Hosting.Fleet;
using Preble.Hosting.Telemetry;

namespace Preble.Hosting;

/// <summary>What an operator may set about the model and its workers. Checked by <see cref="ServeOptionsValidator"/> before anything starts.</summary>
public sealed record ServeOptions
{
    /// <summary>The models that are served side by side.</summary>
    public IReadOnlyList<ModelSource> Models { get; init; } = [new ModelSource()];

    /// <summary>Workers of each model in this process. They share the weights; each has a KV cache of its own.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Name of the placement policy.</summary>
    public string Policy { get; init; } = "e2";

    /// <summary>Schedulers that each model's prompts are divided among.</summary>
    public int SchedulerShards { get; init; } = 1;

    /// <summary>Decisions that each scheduler remembers, to explain them; 0 for none.</summary>
    public int PlacementsKept { get; init; } = new SchedulerOptions().PlacementsKept;

    /// <summary>Options of the scheduler that have none of their own here; the four above and below that do, count instead of these.</summary>
    public SchedulerOptions Scheduler { get; init; } = new();

    /// <summary><c>native</c>: as stored and packed for speed; <c>f32</c>: everything in float32, the numerical truth.</summary>
    public string Weights { get; init; } = "native";

    /// <summary>Which host runs the grains: in-process, or an Orleans silo where its packages are.</summary>
    public string Runtime { get; init; } = GrainHost.InProcess;

    /// <summary>This process as a member of a fleet; alone by default.</summary>
    public FleetOptions Fleet { get; init; } = new();

    /// <summary>Logs, traces and metrics.</summary>
    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>Memory of each worker's KV cache in GiB.</summary>
    public double KvGib { get; init; } = 0.5;

    /// <summary>How keys and values are held in it, by name; <c>int8</c> holds about twice the tokens of <c>f16</c>, and is lossy.</summary>
    public string KvType { get; init; } = "default";

    /// <summary>Threads that compute a step; null for one a core.</summary>
    public int? Threads { get; init; }

    /// <summary>Threads of each worker's own, each on a core of its own; null for the threads that all workers take turns on.</summary>
    public int? ThreadsPerWorker { get; init; }

    /// <summary>Requests a worker queues before it refuses.</summary>
    public int WaitingRequests { get; init; } = Limits.WaitingRequests;

    /// <summary>Requests that wait at the scheduler while every worker's queue is full; 0 refuses them at once.</summary>
    public int SchedulerQueue { get; init; } = Limits.QueuedPlacements;

    /// <summary>Sequences in one step.</summary>
    public int RunningSequences { get; init; } = Limits.RunningSequences;

    /// <summary>Tokens computed in one step.</summary>
    public int StepTokens { get; init; } = Limits.StepTokens;

    /// <summary>Most tokens that a worker guesses ahead for a sequence in one step; 0 guesses nothing.</summary>
    public int SpeculateTokens { get; init; }

    /// <summary>The longest gap between two tokens of a stream that prefill beside it may cause, in milliseconds; 0 for a fixed budget of tokens a step.</summary>
    public double ItlTargetMs { get; init; } = 100;

    /// <summary>Folder of the measured costs; null for the user's cache folder, <c>off</c> to measure at every start.</summary>
    public string? CalibrationCache { get; init; }

    /// <summary>The order of a worker's waiting requests, by name.</summary>
    public string QueueDiscipline { get; init; } = QueueDisciplines.Default;

    /// <summary>Groups by cached share that a queue discipline with groups has.</summary>
    public int PriorityGroups { get; init; } = 10;

    /// <summary>Whether tenants take turns by what they were served.</summary>
    public bool Fairness { get; init; } = true;

    /// <summary>Which cached block goes first: <c>lru</c>, or <c>cost</c> for the one that is worth least.</summary>
    public string Eviction { get; init; } = "lru";

    /// <summary>Share of the blocks that requests may pin.</summary>
    public double PinnedShare { get; init; } = 0.25;

    /// <summary>How long a stream may go unread before it is cut, in seconds.</summary>
    public double SlowReaderSeconds { get; init; } = 30;

    /// <summary>How large the file of each worker's host tier may become in GiB; 0 for no host tier.</summary>
    public double HostCacheGib { get; init; }

    /// <summary>The folder of those files; null for the user's cache folder.</summary>
    public string? HostCacheDir { get; init; }

    /// <summary><c>exact</c>: blocks come back bit for bit; <c>int8</c>: half the size, and no longer the same numbers.</summary>
    public string HostCacheType { get; init; } = "exact";

    /// <summary>
    /// The ids of a model's workers: w0, w1 and so on, and the next model's go on from there. In a fleet the silo's name stands before them.
    /// </summary>
    public IReadOnlyList<WorkerId> WorkersOf(int model) =>
        [.. Enumerable.Range(model * Workers, Fleet.Has(SiloRoles.Worker) ? Workers : 0).Select(index => new WorkerId($"{WorkerPrefix}w{index}"))];

    private string WorkerPrefix => Fleet.Cluster.IsShared ? $"{Fleet.SiloName}-" : "";
}
