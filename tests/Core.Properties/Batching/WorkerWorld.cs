using Preble.Core.Batching;
using Preble.Core.KvCache.Eviction;
using Preble.Testing;

namespace Preble.Core.Properties.Batching;

/// <summary>
/// A worker in a small world: numbers become submits, cancels, steps, drains and engine failures, and after each of them everything that
/// must hold is checked. Prompts are made of three tokens and begin alike, so that they share; pools are tiny, so that they fight. A full world
/// has a host tier whose memory may lose blocks, pins, both orders of eviction, priorities and tenants, and time that jumps.
/// </summary>
internal sealed class WorkerWorld
{
    public const int Vocabulary = 3;

    private readonly WorkerCoreOptions _options;
    private readonly WorkerRig _rig;
    private readonly CacheMirror _mirror = new();
    private readonly Dictionary<string, Request> _alive = [];
    private readonly Sightings _seen;
    private int _requests;
    private int _steps;
    private bool _draining;
    private readonly bool _full;

    public WorkerWorld(int shape, Sightings seen, bool full = false, TransferFault fault = TransferFault.None)
    {
        var random = new SeededRandom((ulong)shape);
        _full = full;
        var running = random.Between(1, 5);
        _options = new WorkerCoreOptions
        {
            BlockSize = random.Between(1, 4),
            BlockCount = random.Between(3, 14),
            ContextTokens = random.Between(8, 40),
            RunningSequences = running,
            StepTokens = running + random.Below(8),
            WaitingRequests = random.Pick([6, 40]),
            WatermarkShare = random.Pick([0, 0.01, 0.2]),
            VocabularySize = Vocabulary,
            PriorityGroups = 3,
            ForecastGrowth = random.Chance(0.3),
            Discipline = random.Pick(["fcfs", "groups"]),

            // From numbers of its own, so that with and without guesses a history is the same.
            SpeculateTokens = new SeededRandom(~(ulong)shape).Pick([0, 1, 3, Limits.DraftTokens]),
        };
        if (full)
        {
            _options = _options with
            {
                HostSlots = random.Pick([0, 2, 8, 30]),
                Eviction = random.Pick([EvictionKind.Lru, EvictionKind.Cost]),
                PinnedShare = random.Pick([0, 0.3, 1]),
                Discipline = random.Pick(["fcfs", "groups"]),
            };
        }

        (_rig, _seen) = (new WorkerRig(_options, Vocabulary) { Host = new FakeHostMemory { Fault = fault } }, seen);
    }

    public WorkerRig Rig => _rig;

    public void Do(int operation)
    {
        var random = new SeededRandom((ulong)operation);
        switch (operation % 100)
        {
            case < 30: Submit(random); break;
            case < 38: Cancel(random); break;
            case 40 or 41 when _full: Jump(random); break;
            case 42 or 43 or 44 when _full: Damage(random); break;
            case 45 or 46 when _full: Fork(random); break;
            case 38 when operation % 3 == 0: Fail(); break;
            case 39 when operation % 3 == 0: Drain(); break;
            default: Step(); break;
        }

        CheckAll();
    }

    /// <summary>Runs what is left and checks that nobody is forgotten.</summary>
    public void Finish()
    {
        while (_alive.Count > 0)
        {
            Step();
            CheckAll();
        }

        Assert.False(_rig.Core.HasWork);

        // Pins have lasted long enough by then; a step without work lets go of them.
        _rig.Now += TimeSpan.FromDays(1);
        _rig.Step();
        CheckAll();
        var counters = _rig.Core.Counters(_rig.Now);
        Assert.Equal(_options.BlockCount, counters.FreeBlocks);
        Assert.Equal(_requests, counters.RequestsTotal);
        _seen.Add(counters, _rig.Host);
    }

    private void Jump(SeededRandom random)
    {
        _rig.Now += TimeSpan.FromSeconds(random.Between(5, 50));
        _seen.Jumps++;
    }

    private void Damage(SeededRandom random) => _seen.Damages += _rig.Host.Damage(random.Below(1000)) ? 1 : 0;

    /// <summary>Several requests with one prompt, as for n choices.</summary>
    private void Fork(SeededRandom random)
    {
        var (prompt, choices) = (Prompt(random), random.Between(2, 4));
        for (var i = 0; i < choices; i++)
        {
            Submit(random, prompt);
        }

        _seen.Forks++;
    }

    /// <summary>One of two streams of tokens, cut somewhere, and now and then a tail of its own.</summary>
    private int[] Prompt(SeededRandom random)
    {
        var stream = new SeededRandom((ulong)random.Below(2)).Tokens(_options.SequenceTokens, Vocabulary);
        return [.. stream[..random.Between(1, _options.SequenceTokens - 1)], .. random.Tokens(random.Below(3), Vocabulary)];
    }

    private void Submit(SeededRandom random) => Submit(random, Prompt(random));

    private void Submit(SeededRandom random, int[] prompt)
    {
        var command = new GenerateCommand(
            new RequestId($"r{_requests}"),
            [.. prompt],
            random.Between(1, 24),
            random.Chance(0.3) ? [random.Below(Vocabulary)] : [],
            new SamplingOptions(Temperature: random.Below(2), Seed: (ulong)random.Below(2)),
            random.Chance(0.2) ? "tenant" : "");
        if (_full)
        {
            command = command with
            {
                Priority = random.Pick([0, 0, 0, 1]),
                Tenant = random.Pick(["", "a", "b"]),
                PinSeconds = random.Chance(0.15) ? random.Between(1, 100) : 0,
                TimeoutSeconds = random.Chance(0.1) ? random.Between(1, 60) : 0,
            };
        }

        var rejection = _rig.Submit(command);
        if (rejection is null)
        {
            Assert.False(_draining, "a draining worker accepts nothing");
            _alive.Add(command.Request.Value, new Request(command, _steps, _alive.Count));
            _requests++;
            return;
        }

        _seen.Refusals++;
        var expected = prompt.Length >= _options.SequenceTokens ? RejectionReason.PromptTooLong
            : _draining ? RejectionReason.Draining : RejectionReason.QueueFull;
        Assert.Equal(expected, rejection.Reason);
    }

    private void Cancel(SeededRandom random)
    {
        if (_alive.Count == 0)
        {
            return;
        }

        var (id, request) = _alive.ElementAt(random.Below(_alive.Count));
        Assert.True(_rig.Cancel(id));
        Assert.False(_rig.Cancel(id));
        _alive.Remove(id);
        _seen.Cancels++;
        var alone = AloneGenerator.Generate(request.Command, Vocabulary, _options.SequenceTokens).Tokens;
        Assert.Equal(alone.Take(_rig.TokensOf(id).Count), _rig.TokensOf(id));
    }

    private void Fail()
    {
        _rig.Core.PlanStep(_rig.Now);
        Assert.Equal(_alive.Keys.Order(StringComparer.Ordinal), _rig.Core.FailAll().Select(id => id.Value).Order(StringComparer.Ordinal));
        Assert.Equal(0, _rig.Core.Counters(_rig.Now).CachedBlocks);
        _alive.Clear();
        _seen.Failures++;
    }

    private void Drain()
    {
        _rig.Core.Drain();
        _draining = true;
        _seen.Drains++;
    }

    private void Step()
    {
        _steps++;
        var ended = _rig.Ends.Count;
        var worked = _rig.Core.HasWork;
        var tokens = _rig.Step();
        Assert.True(tokens > 0 || !worked || _rig.Ends.Count > ended, "while there is work, every step gets something done");
        Assert.True(tokens <= _options.StepTokens, "a step stays within its tokens");
        Assert.True(_rig.LastStep.Count <= _options.RunningSequences, "a step stays within its sequences");
        Assert.Equal(_rig.LastStep.Count, _rig.LastStep.Select(chunk => chunk.Request).Distinct(StringComparer.Ordinal).Count());
        _seen.PartialChunks += _rig.LastStep.Count(chunk => !chunk.Samples);
        Assert.All(_rig.LastStep, chunk => Assert.InRange(chunk.Drafts, 0, _options.SpeculateTokens));
        var blocksBySalt = _rig.LastStep.ToLookup(chunk => _alive[chunk.Request].Command.CacheSalt, chunk => chunk.Blocks);
        Assert.Empty(blocksBySalt[""].SelectMany(ids => ids).Intersect(blocksBySalt["tenant"].SelectMany(ids => ids)));
        var blocks = _rig.LastStep.SelectMany(chunk => chunk.Blocks).ToList();
        _seen.SharedBlocks += blocks.Count - blocks.Distinct().Count();
        foreach (var (id, finish) in _rig.Ends.Skip(ended).ToList())
        {
            CheckEnd(id.Value, finish);
        }
    }

    private void CheckEnd(string id, FinishReason finish)
    {
        Assert.True(_alive.Remove(id, out var request), "only a request at work ends");
        _seen.Ends[finish] = _seen.Ends.GetValueOrDefault(finish) + 1;
        if (finish == FinishReason.TimedOut)
        {
            Assert.True(request.Command.TimeoutSeconds > 0, "only a request with a time-out times out");
            var whole = AloneGenerator.Generate(request.Command, Vocabulary, _options.SequenceTokens).Tokens;
            Assert.Equal(whole.Take(_rig.TokensOf(id).Count), _rig.TokensOf(id));
            return;
        }

        var alone = AloneGenerator.Generate(request.Command, Vocabulary, _options.SequenceTokens);
        Assert.Equal(alone.Tokens, _rig.TokensOf(id));
        Assert.Equal(alone.Finish, finish);
        if (_full)
        {
            // Priorities, tenants and time-outs have bounds of their own.
            return;
        }

        // Those before it and those that may overtake it once, each as long as can be; with three groups one turn in 1 + 2 + 3 is its own.
        var cycle = string.Equals(_options.Discipline, "fcfs", StringComparison.Ordinal) ? 1 : 6;
        var bound = cycle * (request.Before + _options.RunningSequences + 1) * _options.SequenceTokens;
        Assert.True(_steps - request.SubmittedAtStep <= bound, $"{id} took {_steps - request.SubmittedAtStep} steps, more than {bound}");
    }

    private void CheckAll()
    {
        _rig.Core.Audit();
        _mirror.Follow(_rig.Core);
        var counters = _rig.Core.Counters(_rig.Now);
        _seen.Pinned += counters.PinnedBlocks > 0 ? 1 : 0;
        Assert.Equal(_alive.Count, counters.WaitingRequests + counters.RunningRequests);
        Assert.True(counters.RunningRequests <= _options.RunningSequences);
    }

    private sealed record Request(GenerateCommand Command, int SubmittedAtStep, int Before);
}
