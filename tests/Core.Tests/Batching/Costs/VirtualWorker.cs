using Preble.Core.Batching;
using Preble.Core.Batching.Costs;
using Preble.Testing;

namespace Preble.Core.Tests.Batching.Costs;

/// <summary>
/// A worker in virtual time on a machine whose true costs are known: each step takes what they say. A request puts out as many tokens as it was given,
/// whatever its limit allows.
/// </summary>
internal sealed class VirtualWorker(WorkerCoreOptions options, StepCostModel machine)
{
    private const int StopToken = 0;

    private readonly Dictionary<RequestId, int> _lengths = [];
    private readonly Dictionary<RequestId, TimeSpan> _lastToken = [];
    private readonly SeededRandom _random = new(17);
    private readonly int[] _sampled = new int[options.RunningSequences];

    public WorkerCore Core { get; } = new(options);

    public TimeSpan Now { get; private set; }

    /// <summary>Gaps between two tokens of one request, in seconds.</summary>
    public List<double> Gaps { get; } = [];

    public List<double> StepSeconds { get; } = [];

    public int Ended { get; private set; }

    /// <summary>What the last step computed.</summary>
    public IReadOnlyList<(string Request, int Start, int Count)> LastStep { get; private set; } = [];

    public Rejection? Submit(string id, int promptTokens, int outputTokens, int limit = 4000)
    {
        _lengths[new(id)] = outputTokens;
        int[] prompt = [.. Enumerable.Range(0, promptTokens).Select(_ => 1 + _random.Below(50_000))];
        return Core.Submit(WorkerRig.Command(id, prompt, limit, [StopToken]), Now);
    }

    /// <summary>One step; what it had to compute.</summary>
    public StepLoad Step()
    {
        var plan = Core.PlanStep(Now);
        if (plan.HasTransfers)
        {
            // Two prompts began alike by chance: there is no engine here to copy what they share.
            Core.CompleteLoads([]);
        }

        var load = StepLoad.Of(plan);
        LastStep = [.. plan.Chunks.Select(chunk => (chunk.Sequence.Id.Value, chunk.Start, chunk.Count))];
        for (var i = 0; i < plan.Count; i++)
        {
            var sequence = plan.Chunks[i].Sequence;
            _sampled[i] = sequence.OutputCount >= _lengths[sequence.Id] ? StopToken : 1 + (sequence.KnownCount % 1000);
        }

        if (plan.HasTransfers)
        {
            // Blocks hold nothing here, and without a host tier there are copies only.
            Core.CompleteLoads([]);
        }

        var seconds = machine.Seconds(load);
        Now += TimeSpan.FromSeconds(seconds);
        StepSeconds.Add(seconds);
        foreach (var output in Core.CompleteStep(_sampled.AsSpan(0, plan.Count), Now, seconds))
        {
            if (_lastToken.TryGetValue(output.Request, out var last))
            {
                Gaps.Add((Now - last).TotalSeconds);
            }

            _lastToken[output.Request] = Now;
            Ended += output.Finish is null ? 0 : 1;
        }

        return load;
    }

    public void RunToEnd(int mostSteps = 200_000)
    {
        for (var steps = 0; Core.HasWork; steps++)
        {
            Assert.True(steps < mostSteps, $"requests were still at work after {mostSteps} steps");
            Step();
        }
    }

    public static double Percentile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];
    }
}
