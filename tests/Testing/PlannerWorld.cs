using Preble.Core;
using Preble.Core.Batching;

namespace Preble.Testing;

/// <summary>What keeps the waiting ones waiting in a <see cref="PlannerWorld"/>.</summary>
public enum WaitsFor
{
    /// <summary>All slots are taken: the queue is not even asked.</summary>
    Slots = 1,

    /// <summary>The next one does not fit: it is asked for, and measured against the free blocks, each step.</summary>
    Blocks = 2,

    /// <summary>A running one is computing what all of them begin with: a step's new blocks concern them all.</summary>
    Leader = 3,

    /// <summary>Nothing for long: nearly each step one ends and the next is admitted, and its blocks are taken from what was cached long ago.</summary>
    Turns = 4,
}

/// <summary>
/// A worker without an engine: 64 sequences run and 1,000 wait, over eight prefixes of which each waiting prompt has a part. For measuring
/// what planning costs. All has been warmed up, so that nothing that grows once grows while one measures.
/// </summary>
public sealed class PlannerWorld
{
    public const int Running = 64;
    public const int Waiting = 1000;

    private const int Families = 8;
    private const int BlockSize = 16;
    private const int SharedBlocks = 40;
    private const int OwnBlocks = 30;

    /// <summary>Steps with turns until the pool is full, the log of changes too, and everything has had its room.</summary>
    private const int TurnsToWarmUp = 800;

    private readonly SeededRandom _random = new(7);
    private readonly WaitsFor _waits;
    private readonly int[][] _families;
    private readonly List<KvCacheChange> _changes = new(4096);
    private readonly int[] _sampled = new int[2 * Running];
    private int _requests;
    private int _step;

    public PlannerWorld(WaitsFor waits, string discipline)
    {
        _waits = waits;
        _families = [.. Enumerable.Range(0, waits == WaitsFor.Leader ? 1 : Families).Select(_ => _random.Tokens(FamilyTokens, 1000))];
        Core = new WorkerCore(Options(discipline));
        for (var i = 0; i < Running; i++)
        {
            Accept(WorkerRig.Command($"r{_requests++}", Runner(i), maxOutputTokens: waits == WaitsFor.Turns ? Running + i : 4000));
        }

        // Their prefills end, but for the leader's, which came last and goes on for as long as one measures.
        while (Core.Counters(default).PendingPrefillTokens > (waits == WaitsFor.Leader ? FamilyTokens : 0))
        {
            Step();
        }

        // Past the 256 output tokens that a sequence has room for from the start, so that its lists have doubled, and far from the next time.
        Run(waits == WaitsFor.Turns ? 0 : 270);
        Refill();
        for (var i = 0; waits == WaitsFor.Turns && i < TurnsToWarmUp; i += 20)
        {
            Run(20);
            Refill();
        }

        Run(20);
        Refill();
    }

    public WorkerCore Core { get; }

    private int FamilyTokens => _waits == WaitsFor.Leader ? 8_000 : SharedBlocks * BlockSize;

    /// <summary>Requests come until a thousand wait; returns how many came.</summary>
    public int Refill()
    {
        var before = _requests;
        while (Core.Counters(default).WaitingRequests < Waiting)
        {
            Accept(NextRequest());
        }

        return _requests - before;
    }

    /// <summary>What arrives next: a part of its family's prefix, then tokens of its own.</summary>
    public GenerateCommand NextRequest()
    {
        var number = _requests++;
        int[] prompt = [.. _families[number % _families.Length][..CutOf(number)], .. _random.Tokens(OwnBlocks * BlockSize, 1000)];
        return WorkerRig.Command($"r{number}", prompt, maxOutputTokens: Running) with { Tenant = $"tenant{number % 5}" };
    }

    /// <summary>Plans and completes a step; returns how many tokens it would have computed.</summary>
    public int Step()
    {
        _step++;
        var plan = Core.PlanStep(TimeSpan.FromMilliseconds(_step));
        if (plan.HasTransfers)
        {
            // There is no engine here to copy a part of a block.
            Core.CompleteLoads([]);
        }

        if (plan.IsEmpty)
        {
            return 0;
        }

        var tokens = plan.TokenCount;
        for (var i = 0; i < plan.Count; i++)
        {
            _sampled[i] = ((_step * 31) + i) % 1000;
        }

        Core.CompleteStep(_sampled, TimeSpan.FromMilliseconds(_step));
        _changes.Clear();
        Core.TakeCacheChanges(_changes, int.MaxValue);
        return tokens;
    }

    private void Run(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            Step();
        }
    }

    private WorkerCoreOptions Options(string discipline)
    {
        // What the running ones hold when they have computed their prompts, and what they grow into; once they have taken more than the slack of
        // that, the watermark keeps everybody else out.
        const int held = (Families * SharedBlocks) + (Running * SharedBlocks);
        const int growth = 4000;
        const int slack = 700;
        return new WorkerCoreOptions
        {
            BlockSize = BlockSize,
            BlockCount = _waits switch { WaitsFor.Blocks => held + growth, WaitsFor.Turns => 8_000, _ => 30_000 },
            WatermarkShare = _waits == WaitsFor.Blocks ? (double)(growth - slack) / (held + growth) : 0,
            ContextTokens = 1 << 16,
            StepTokens = _waits == WaitsFor.Leader ? Running + BlockSize : Limits.StepTokens,
            RunningSequences = _waits == WaitsFor.Blocks ? 2 * Running : Running,
            WaitingRequests = 2 * Waiting,
            Discipline = discipline,
        };
    }

    private int[] Runner(int number) =>
        _waits != WaitsFor.Leader ? [.. _families[number % _families.Length], .. _random.Tokens(SharedBlocks * BlockSize, 1000)]
        : number < Running - 1 ? _random.Tokens(BlockSize, 1000)
        : _families[0];

    /// <summary>Where the waiting prompt leaves its family's prefix.</summary>
    private int CutOf(int number) =>
        _waits == WaitsFor.Leader ? FamilyTokens * 9 / 10 : _random.Below(SharedBlocks + 1) * BlockSize;

    private void Accept(GenerateCommand command)
    {
        if (Core.Submit(command, default) is { } rejection)
        {
            throw new InvalidOperationException(rejection.Message);
        }
    }
}
