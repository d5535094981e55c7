using System.Collections.Immutable;
using Preble.Core.Batching;
using Preble.Core.Engine;
using Preble.Core.KvCache.Host;

namespace Preble.Testing;

/// <summary>
/// A worker's core on a <see cref="FakeEngine"/>, stepped by hand, with everything it answered. Each step takes a virtual second.
/// </summary>
public sealed class WorkerRig(WorkerCoreOptions options, int vocabularySize = 256, IReadOnlyList<HostEntry>? hostEntries = null)
{
    private readonly Dictionary<RequestId, List<int>> _tokens = [];
    private readonly Dictionary<RequestId, FinishReason> _ends = [];
    private readonly List<SequenceOutput> _outputs = [];
    private readonly List<PlannedChunk> _lastStep = [];

    public WorkerCore Core { get; } = new(options, hostEntries);

    public FakeEngine Engine { get; } = new(options.BlockCount, options.BlockSize, vocabularySize, options.ContextTokens);

    public TimeSpan Now { get; set; }

    /// <summary>How each ended request ended.</summary>
    public IReadOnlyDictionary<RequestId, FinishReason> Ends => _ends;

    /// <summary>Every output so far.</summary>
    public IReadOnlyList<SequenceOutput> Outputs => _outputs;

    /// <summary>What the last step computed.</summary>
    public IReadOnlyList<PlannedChunk> LastStep => _lastStep;

    public IReadOnlyList<int> TokensOf(string request) => _tokens.GetValueOrDefault(new RequestId(request), []);

    public static GenerateCommand Command(
        string request, int[] prompt, int maxOutputTokens = 4, int[]? stopTokens = null, string salt = "") =>
        new(new RequestId(request), [.. prompt], maxOutputTokens, [.. stopTokens ?? []], SamplingOptions.Greedy, salt);

    public Rejection? Submit(GenerateCommand command) => Core.Submit(command, Now);

    public Rejection? Submit(string request, int[] prompt, int maxOutputTokens = 4, int[]? stopTokens = null, string salt = "") =>
        Submit(Command(request, prompt, maxOutputTokens, stopTokens, salt));

    public bool Cancel(string request) => Core.Cancel(new RequestId(request));

    /// <summary>What the host tier's memory holds, and what goes wrong with it.</summary>
    public FakeHostMemory Host { get; init; } = new();

    /// <summary>
    /// One step; returns how many tokens it computed, 0 when nothing could run. A plan that only moves blocks is followed by another at once.
    /// </summary>
    public int Step()
    {
        Now += TimeSpan.FromSeconds(1);
        foreach (var output in Core.EndOverdue(Now))
        {
            Take(output);
        }

        var plan = Core.PlanStep(Now);
        while (plan.HasTransfers && Move(plan))
        {
            plan = Core.PlanStep(Now);
        }

        _lastStep.Clear();
        foreach (var chunk in plan.Chunks)
        {
            _lastStep.Add(new PlannedChunk(chunk.Sequence.Id.Value, chunk.Start, chunk.Count, chunk.Samples, [.. chunk.Sequence.Blocks], chunk.Drafts));
        }

        if (plan.IsEmpty)
        {
            return 0;
        }

        var tokens = plan.TokenCount;
        var sampled = new int[plan.SampledCount];
        Engine.Step(plan, sampled);
        foreach (var output in Core.CompleteStep(sampled, Now))
        {
            Take(output);
        }

        return tokens;
    }

    public void RunSteps(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Step();
        }
    }

    /// <summary>Steps until nothing is left to do; returns the number of steps.</summary>
    public int RunToEnd(int mostSteps = 10_000)
    {
        for (var steps = 0; steps < mostSteps; steps++)
        {
            if (!Core.HasWork)
            {
                return steps;
            }

            Step();
        }

        throw new InvalidOperationException($"Requests were still at work after {mostSteps} steps.");
    }

    /// <summary>Moves what the plan says in its order; true when there is nothing to compute then, so that it is planned again.</summary>
    private bool Move(StepPlan plan)
    {
        foreach (var save in plan.Saves)
        {
            Host.Save(Engine, save);
        }

        var loaded = new bool[plan.Loads.Count];
        for (var i = 0; i < loaded.Length; i++)
        {
            loaded[i] = Host.Load(Engine, plan.Loads[i]);
        }

        foreach (var copy in plan.Copies)
        {
            Host.Copy(Engine, copy);
        }

        Core.CompleteLoads(loaded);
        return plan.IsEmpty;
    }

    private void Take(SequenceOutput output)
    {
        _outputs.Add(output);
        if (_ends.ContainsKey(output.Request))
        {
            throw new InvalidOperationException($"{output.Request} got an output after its end.");
        }

        if (output.Token is { } token)
        {
            (_tokens.TryGetValue(output.Request, out var tokens) ? tokens : _tokens[output.Request] = []).Add(token);
        }

        if (output.Finish is { } finish)
        {
            _ends.Add(output.Request, finish);
        }
    }
}

/// <summary>One chunk of a past step, with the block table as it was then.</summary>
public sealed record PlannedChunk(string Request, int Start, int Count, bool Samples, ImmutableArray<int> Blocks, int Drafts = 0)
{
    public override string ToString() => $"{Request} {Start}+{Count}{(Samples ? " samples" : "")} in {string.Join(' ', Blocks)}";
}
