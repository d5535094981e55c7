using Preble.Core;
using Preble.Core.Batching;
using Preble.Core.Batching.Costs;

namespace Preble.Simulation;

/// <summary>
/// A worker whose core is the production one and whose engine is a cost model: <see cref="Begin"/> plans a step and says how long it takes, <see cref="End"/>
/// completes it. One step at a time. Copies of parts of blocks cost nothing here: they are one block each.
/// </summary>
internal sealed class SimulatedWorker(int index, SimulationOptions options, double slowness)
{
    /// <summary>Plans in a row that only move blocks.</summary>
    private const int MostMoves = 4;

    /// <summary>As in EngineSession: the busy beat.</summary>
    private static readonly TimeSpan DrainAge = TimeSpan.FromMilliseconds(50);

    private readonly StepCostModel _costs = options.Gpu.Costs;
    private readonly Dictionary<int, SimulatedRequest> _requests = [];
    private readonly List<SimulatedRequest> _samplers = [];
    private int[] _sampled = new int[64];
    private StepPlan? _plan;
    private double _stepSeconds;

    public WorkerId Id { get; } = new($"w{index:0000}");

    public int Index => index;

    /// <summary>The life it is in; 0 before the first.</summary>
    public long Epoch { get; private set; }

    public WorkerCore Core { get; private set; } = null!;

    /// <summary>False while it is lost.</summary>
    public bool Up { get; private set; }

    public bool Stepping => _plan is not null;

    /// <summary>Seconds spent in steps, over all lives.</summary>
    public double BusySeconds { get; private set; }

    /// <summary>Seconds of the last step.</summary>
    public double LastStepSeconds => _stepSeconds;

    public long Steps { get; private set; }

    public long Preemptions { get; private set; }

    /// <summary>What it has been given and has not ended.</summary>
    public IReadOnlyDictionary<int, SimulatedRequest> Requests => _requests;

    public ReportState Reports { get; } = new();

    private WorkerCoreOptions Sizes => new()
    {
        BlockCount = options.Gpu.BlockCount,
        ContextTokens = options.Gpu.ContextTokens,
        Costs = _costs.ToProfile(),
        StepTokens = options.StepTokens,
        RunningSequences = options.RunningSequences,
        WaitingRequests = options.WaitingRequests,
        ItlTargetSeconds = options.ItlTargetSeconds,
        Discipline = options.Discipline,
    };

    /// <summary>Begins a life with an empty cache.</summary>
    public WorkerRegistration Start(ModelId model)
    {
        (Core, Up) = (new WorkerCore(Sizes), true);
        Epoch++;
        Reports.Reset();
        return Registration(model);
    }

    public WorkerRegistration Registration(ModelId model) => new(
        Id, model, Epoch, Limits.BlockSize, options.Gpu.BlockCount, options.Gpu.ContextTokens, _costs.ToProfile());

    /// <summary>Ends the life; returns what was under way, in the order of numbers.</summary>
    public IReadOnlyList<SimulatedRequest> Lose()
    {
        (Up, _plan) = (false, null);
        var lost = _requests.Values.OrderBy(request => request.Number).ToList();
        _requests.Clear();
        return lost;
    }

    public Rejection? Submit(SimulatedRequest request, TimeSpan now)
    {
        var command = new GenerateCommand(
            request.Id, request.Prompt, request.OutputLimit, SimulatedRequest.StopTokens, SamplingOptions.Greedy,
            OutputTokensInPrompt: request.EarlierOutput,
            PinSeconds: options.Faults.Bug == PlantedBug.LeakedBlocks ? Limits.PinSeconds : 0);
        var rejection = Core.Submit(command, now, request.Blocks.AsSpan(), request);
        if (rejection is null)
        {
            _requests.Add(request.Number, request);
        }

        return rejection;
    }

    /// <summary>Begins the next step; null when there is nothing to do, else the time it takes.</summary>
    public TimeSpan? Begin(TimeSpan now)
    {
        if (!Up || Stepping || !Core.HasWork)
        {
            return null;
        }

        var plan = Core.PlanStep(now);
        for (var moves = 0; plan.HasTransfers; moves++)
        {
            Invariant.Require(moves < MostMoves, "a worker that has work comes to a step");
            Core.CompleteLoads(new bool[plan.Loads.Count]);
            plan = plan.IsEmpty ? Core.PlanStep(now) : plan;
        }

        Invariant.Require(!plan.IsEmpty, "a worker that has work has a step to do");
        _stepSeconds = _costs.Seconds(StepLoad.Of(plan)) * slowness;
        _plan = plan;
        return TimeSpan.FromTicks(Math.Max(1, (long)Math.Round(_stepSeconds * TimeSpan.TicksPerSecond)));
    }

    /// <summary>Ends the step: <paramref name="each"/> gets what came of it for each request that sampled.</summary>
    public void End(TimeSpan now, Action<SimulatedRequest, SequenceOutput> each)
    {
        var plan = _plan!;
        _plan = null;
        if (_sampled.Length < plan.Count)
        {
            _sampled = new int[2 * plan.Count];
        }

        _samplers.Clear();
        for (var i = 0; i < plan.Count; i++)
        {
            if (plan.Chunks[i].Samples)
            {
                var request = (SimulatedRequest)plan.Chunks[i].Sequence.Tag!;
                _samplers.Add(request);
                _sampled[i] = request.Sample();
            }
        }

        var outputs = Core.CompleteStep(_sampled.AsSpan(0, plan.Count), now, _stepSeconds);
        Invariant.Require(outputs.Count == _samplers.Count, "each request that samples gets one output, in the order of the plan");
        Reports.Gather(Core);
        BusySeconds += _stepSeconds;
        Steps++;
        for (var i = 0; i < outputs.Count; i++)
        {
            if (outputs[i].Finish is not null)
            {
                _requests.Remove(_samplers[i].Number);
            }

            each(_samplers[i], outputs[i]);
        }
    }

    /// <summary>Its status and the changes since the last report, at most a report's worth.</summary>
    public WorkerReport Report(TimeSpan now) => new(Status(now), Reports.Take(Id, Epoch));

    public KvCacheSnapshot Snapshot()
    {
        Reports.Gather(Core);
        var (next, blocks) = Core.Snapshot();
        return new KvCacheSnapshot(Id, Epoch, next, [.. blocks]);
    }

    private WorkerStatus Status(TimeSpan now)
    {
        var status = Core.Status(Id, Epoch, _stepSeconds, now, DrainAge);
        Preemptions = status.PreemptionsTotal;
        return status;
    }
}
