using System.Runtime.InteropServices;
using Preble.Core.Batching.Queueing;
using Preble.Core.Batching.Speculation;
using Preble.Core.KvCache;

namespace Preble.Core.Batching;

/// <summary>
/// One line of tokens being generated. A step makes the computed tokens (KV in the cache) catch up with the known ones (prompt and output
/// so far); prefill and decode are the two ends of that.
/// </summary>
public sealed class Sequence
{
    private readonly List<int> _tokens;
    private bool _admittedFirst;
    private Drafter? _drafter;

    public Sequence(GenerateCommand command, int blockSize = Limits.BlockSize, ReadOnlySpan<BlockHash> knownHashes = default)
    {
        Command = command;
        PromptLength = command.Prompt.Length;
        var room = PromptLength + Math.Min(command.MaxOutputTokens, Limits.OutputTokensWithRoom);
        _tokens = new List<int>(room);
        _tokens.AddRange(command.Prompt);
        Hashes = new PrefixHashes(blockSize, command.CacheSalt, room / blockSize);
        Hashes.Take(knownHashes[..Math.Min(knownHashes.Length, PromptLength / blockSize)]);
        Hashes.Extend(KnownTokens);
        Table.Reserve((room / blockSize) + 1);
        Place = new QueuePlace(this);
    }

    public GenerateCommand Command { get; }

    /// <summary>What the worker's host wants to find again with the sequence; nothing here looks at it.</summary>
    public object? Tag { get; init; }

    public RequestId Id => Command.Request;

    public int PromptLength { get; }

    /// <summary>The prompt without what an earlier worker put out for the same request: where output begins for the penalties.</summary>
    public int OriginalPromptLength => PromptLength - Command.OutputTokensInPrompt;

    /// <summary>Prompt and output so far.</summary>
    public ReadOnlySpan<int> KnownTokens => CollectionsMarshal.AsSpan(_tokens);

    public int KnownCount => _tokens.Count;

    public int OutputCount => _tokens.Count - PromptLength;

    /// <summary>Leading known tokens whose KV is in the cache.</summary>
    public int ComputedCount
    {
        get;
        set
        {
            var before = PendingPrefill;
            field = value;
            Backlog?.Change(before, PendingPrefill);
        }
    }

    /// <summary>Prompt tokens whose KV is not in the cache; 0 once it has ended.</summary>
    public int PendingPrefill => Status == SequenceStatus.Finished ? 0 : Math.Max(0, PromptLength - ComputedCount);

    /// <summary>Guessed tokens that follow the known ones in the step that is planned; empty between steps.</summary>
    public ReadOnlySpan<int> Drafts => _drafter is null ? default : _drafter.Tokens;

    /// <summary>Tokens that were guessed for it in all its steps so far.</summary>
    public int DraftedTokens { get; set; }

    /// <summary>Those of them that were right, and are in its output.</summary>
    public int AcceptedTokens { get; set; }

    /// <summary>Where its pending prefill is counted; null for nowhere.</summary>
    public PrefillBacklog? Backlog
    {
        get;
        init
        {
            field = value;
            field?.Change(0, PendingPrefill);
        }
    }

    /// <summary>Known tokens whose KV is not in the cache yet; 1 while decoding.</summary>
    public int UncomputedCount => KnownCount - ComputedCount;

    /// <summary>The block table: block ids in order; block i holds the positions i · BlockSize and on.</summary>
    public ReadOnlySpan<int> Blocks => Table.Ids;

    public BlockTable Table { get; } = new();

    /// <summary>The hashes of the full blocks of known tokens.</summary>
    public PrefixHashes Hashes { get; }

    /// <summary>Its place in the queue of those that wait.</summary>
    public QueuePlace Place { get; }

    public SequenceStatus Status { get; private set; } = SequenceStatus.Waiting;

    /// <summary>Position in the order of arrival: the one order of the waiting and the running queue.</summary>
    public long Arrival { get; init; }

    /// <summary>When the request came to the worker.</summary>
    public TimeSpan ArrivedAt { get; init; }

    /// <summary>When it ends, waiting or running; the end of time for a request without a time-out.</summary>
    public TimeSpan Deadline
    {
        get
        {
            var ticks = ArrivedAt.Ticks + (Command.TimeoutSeconds * TimeSpan.TicksPerSecond);
            return Command.TimeoutSeconds > 0 && ticks < long.MaxValue ? TimeSpan.FromTicks((long)ticks) : TimeSpan.MaxValue;
        }
    }

    /// <summary>Where it stands in the <see cref="DeadlineQueue"/>; -1 when it is not there.</summary>
    internal int DeadlinePlace { get; set; } = -1;

    /// <summary>When it was first admitted; null before.</summary>
    public TimeSpan? AdmittedAt { get; private set; }

    /// <summary>Leading prompt tokens found cached when it was first admitted, in either tier and token by token.</summary>
    public int CachedCount { get; private set; }

    /// <summary>Blocks that are on their way from the host tier: until they are there it has no chunk.</summary>
    public int PendingLoads { get; private set; }

    /// <summary>True when its prompt's blocks were computed, and pinned or not.</summary>
    internal bool PinSettled { get; set; }

    /// <summary>True while loads or a copy write to its blocks: until they have, it keeps them, so it is not preempted.</summary>
    public bool InTransfer { get; private set; }

    public double QueueSeconds => AdmittedAt is { } admitted ? (admitted - ArrivedAt).TotalSeconds : 0;

    public void AppendToken(int token)
    {
        _tokens.Add(token);
        Hashes.Extend(KnownTokens);
    }

    /// <summary>Guesses at most so many tokens that follow the known ones; returns how many.</summary>
    public int Draft(int most)
    {
        _drafter ??= new Drafter(PromptLength + Math.Min(Command.MaxOutputTokens, Limits.OutputTokensWithRoom));
        return _drafter.Draft(KnownTokens, most);
    }

    /// <summary>The step with the draft is over: so many of its tokens were right.</summary>
    public void SettleDrafts(int accepted) => _drafter?.Settle(accepted);

    /// <summary>Moves to Running with its first tokens cached; true the first time, false when it resumes after a preemption.</summary>
    public bool Admit(int cachedTokens, TimeSpan now)
    {
        Invariant.Require(Status == SequenceStatus.Waiting, "only a waiting sequence is admitted");
        Invariant.Require(cachedTokens < KnownCount, "at least the last known token is computed, for the next one is sampled from it");
        (Status, ComputedCount) = (SequenceStatus.Running, cachedTokens);
        _admittedFirst = AdmittedAt is null;
        if (_admittedFirst)
        {
            (AdmittedAt, CachedCount) = (now, cachedTokens);
        }

        return _admittedFirst;
    }

    /// <summary>Loads of its last cached blocks, or a copy, are planned; just admitted, it has nothing computed but what is cached.</summary>
    public void BeginTransfer(int loads)
    {
        (InTransfer, PendingLoads) = (true, loads);
        ComputedCount -= loads * Hashes.BlockSize;
    }

    /// <summary>What was planned has been moved, and <paramref name="loaded"/> blocks came in good order; the rest is computed.</summary>
    /// <returns>Tokens that were counted as cached and are not.</returns>
    public int EndTransfer(int loaded)
    {
        Invariant.Require(InTransfer && loaded <= PendingLoads, "a transfer ends once, with no more than was planned");
        var lost = (PendingLoads - loaded) * Hashes.BlockSize;
        (InTransfer, PendingLoads) = (false, 0);
        ComputedCount += loaded * Hashes.BlockSize;
        lost = _admittedFirst ? lost : 0;
        CachedCount -= lost;
        return lost;
    }

    /// <summary>Moves back to Waiting. Known tokens stay: what is recomputed is the same, so the same tokens follow.</summary>
    public void Preempt()
    {
        Invariant.Require(Status == SequenceStatus.Running, "only a running sequence is preempted");
        Invariant.Require(!InTransfer, "a sequence keeps the blocks that are being written to");
        (Status, ComputedCount) = (SequenceStatus.Waiting, 0);
    }

    public void Finish()
    {
        Invariant.Require(Status != SequenceStatus.Finished, "a sequence ends once");
        Backlog?.Change(PendingPrefill, 0);
        (Status, PendingLoads, InTransfer) = (SequenceStatus.Finished, 0, false);
        ComputedCount = 0;
    }
}
