namespace Preble.Core;

/// <summary>Every bound of the system, in one place.</summary>
public static class Limits
{
    /// <summary>Tokens a block: 16 keys are one AVX-512 or two AVX registers of scores.</summary>
    public const int BlockSize = 16;

    /// <summary>Requests a worker queues before it refuses.</summary>
    public const int WaitingRequests = 256;

    /// <summary>The longest time-out of a request in seconds: a day.</summary>
    public const int TimeoutSeconds = 86_400;

    /// <summary>
    /// Tokens that a reader may leave unread for as long as it likes; with more of them it has to read on now and then, or it is cut off.
    /// </summary>
    public const int UnreadTokens = 16;

    /// <summary>Sequences in one step.</summary>
    public const int RunningSequences = 64;

    /// <summary>Tokens computed in one step.</summary>
    public const int StepTokens = 512;

    /// <summary>
    /// Prefill tokens that a step has room for, however long its decodes take: below it prefill would starve, and a step's fixed cost
    /// would be paid for next to nothing.
    /// </summary>
    public const int LeastPrefillTokens = 16;

    /// <summary>Tokens that may be guessed for one sequence in one step: with the known one they fill a block.</summary>
    public const int DraftTokens = BlockSize - 1;

    /// <summary>Decodes and guessed tokens of a step together; a step that decodes more than half as many sequences guesses nothing.</summary>
    public const int SpeculatedRows = 16;

    /// <summary>Places that a sequence remembers for its guesses, of each kind, a power of two; a newer one takes that of an older.</summary>
    public const int LookupEntries = 1 << 13;

    /// <summary>The longest that a refused client is told to wait; the queue has changed by then.</summary>
    public const int RetrySeconds = 60;

    /// <summary>Requests that wait at the scheduler while every worker is full.</summary>
    public const int QueuedPlacements = 256;

    /// <summary>Blocks the scheduler's prefix index may know: about 70 bytes each, measured by `bench index`.</summary>
    public const int IndexBlocks = 4 << 20;

    /// <summary>Workers that hold only a part of an edge of the index before it is cut: so many a query looks at one by one.</summary>
    public const int PartialHolders = 32;

    /// <summary>Placements remembered for the window H; past it the oldest leave early.</summary>
    public const int WindowRequests = 1 << 18;

    /// <summary>Cached prefixes looked at per worker to forecast what an eviction costs; past it the rest is extrapolated.</summary>
    public const int EvictionForecastNodes = 64;

    /// <summary>Sessions whose last worker is remembered, a power of two; a newer one takes the place of an older.</summary>
    public const int SessionHomes = 1 << 15;

    /// <summary>Hot prefixes with something to report at a time; a fleet has few, and a report not made now is made with the next request.</summary>
    public const int HotPrefixes = 1024;

    /// <summary>Prefixes that balancing has assigned to workers at a time; past it none is added until one has gone unused for H.</summary>
    public const int Assignments = 4096;

    /// <summary>Prefixes that one round of rebalancing moves; the rest can wait for the next.</summary>
    public const int RebalanceMoves = 256;

    /// <summary>Workers proposed to a prefix node that may want one more.</summary>
    public const int ReplicaCandidates = 4;

    /// <summary>Prefix reports handed out at a time.</summary>
    public const int PrefixReportBatch = 64;

    /// <summary>Schedulers that a model's prompts may be divided among.</summary>
    public const int SchedulerShards = 64;

    /// <summary>How often a scheduler shard looks whether it has something to tell the others.</summary>
    public static readonly TimeSpan ShardLoadsInterval = TimeSpan.FromSeconds(0.1);

    /// <summary>How often it tells them what they know already, so that they do not take it for gone, and a lost word is made good.</summary>
    public static readonly TimeSpan ShardLoadsRepeat = TimeSpan.FromSeconds(0.5);

    /// <summary>A shard that has told nothing for so long is taken for gone; the workers' statuses tell of what it had placed.</summary>
    public static readonly TimeSpan ShardLoadsLife = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A placement older than this is in its worker's status: with several shards the status does not say whose requests it counts. A busy
    /// worker reports every 50 ms.
    /// </summary>
    public static readonly TimeSpan ShardSettle = TimeSpan.FromSeconds(0.25);

    /// <summary>Decisions that a scheduler may be told to remember, to explain them.</summary>
    public const int PlacementsKept = 1 << 20;

    /// <summary>
    /// Workers of all remembered decisions together: 7 MiB. In a fleet of 1,000 workers that is the last 131 decisions; older ones are
    /// remembered without what was thought of each worker.
    /// </summary>
    public const int PlacementScoresKept = 1 << 17;

    /// <summary>Reports a prefix node remembers of its window H: one a second and some.</summary>
    public const int PrefixNodeSightings = 512;

    /// <summary>Groups by cached share that a queue discipline may have: one per percent is as fine as anybody can mean it.</summary>
    public const int PriorityGroups = 100;

    /// <summary>How long a prompt may wait behind shorter ones before it goes first.</summary>
    public const int PrefillAgeingSeconds = 10;

    /// <summary>Tenants that are counted one by one; when all of these have requests at work, further ones share with them.</summary>
    public const int FairTenants = 256;

    /// <summary>Priority levels that are remembered while nobody is in them; past it, one that empties forgets what its tenants were served.</summary>
    public const int PriorityLevels = 16;

    /// <summary>Prefixes pinned at a time, whatever their lengths.</summary>
    public const int PinnedPrefixes = 256;

    /// <summary>Seconds that a pin may last: a day.</summary>
    public const int PinSeconds = 86_400;

    /// <summary>How old the estimate may be that says to a refused request when to come again: refusals come in floods.</summary>
    public static readonly TimeSpan RetryHintAge = TimeSpan.FromSeconds(0.1);

    /// <summary>Output tokens for which a sequence has room from the start; its lists double when it puts out more.</summary>
    public const int OutputTokensWithRoom = 256;

    /// <summary>Cached blocks with one parent that are compared with a prompt, newest first, to share a part of one.</summary>
    public const int PartialCandidates = 64;

    /// <summary>Tokens of a part of a block that are worth a step's wait for the one who computes them.</summary>
    public const int PartialTokensWorthWaiting = 2;

    /// <summary>Cache changes a worker keeps for its scheduler; when it falls further behind it needs a snapshot.</summary>
    public const int CacheChangesKept = 16_384;

    /// <summary>Workers in one process.</summary>
    public const int LocalWorkers = 64;

    /// <summary>Threads of one worker's own: as many as the native library starts.</summary>
    public const int WorkerThreads = 256;

    /// <summary>Blocks that a worker's host tier keeps: their names alone are then half a gigabyte.</summary>
    public const int HostSlots = 1 << 22;

    /// <summary>Longest time that any step may take before its engine is given up, whatever its costs say.</summary>
    public const int StepPatienceSeconds = 3600;

    /// <summary>Commands on their way to an engine's thread; past it the sender waits, for the engine is in a long step.</summary>
    public const int EngineCommands = 1024;

    /// <summary>Steps whose cache changes wait for the next report; past it the oldest go, the scheduler sees the gap and asks for a snapshot.</summary>
    public const int CacheChangeBatches = 256;

    /// <summary>Cache changes in one report.</summary>
    public const int CacheChangesPerReport = 8192;

    /// <summary>Series of one metric; past it new label values are counted together.</summary>
    public const int MetricSeries = 1000;

    /// <summary>Calls that wait for one grain; more are refused.</summary>
    public const int MailboxCalls = 4096;

    /// <summary>How long an activation's end waits for its running calls, and then for its ending actions.</summary>
    public const int DeactivationSeconds = 30;
    /// <summary>Ids of a vocabulary that a model file may name; the largest known have a quarter of it.</summary>
    public const int VocabularyTokens = 1 << 20;
    /// <summary>Characters of a chat template's source; the longest known has fewer than 50,000.</summary>
    public const int TemplateCharacters = 1 << 20;

    /// <summary>Tags and brackets inside each other in a chat template. The parser recurses, so this also bounds its stack.</summary>
    public const int TemplateNesting = 100;

    /// <summary>Operators, dots, calls or filters in one chain of a chat template.</summary>
    public const int TemplateChain = 1_000;

    /// <summary>Units of work in one rendering of a chat template: expressions, statements, items visited.</summary>
    public const int TemplateSteps = 4_000_000;

    /// <summary>Characters of a rendered prompt.</summary>
    public const int TemplateOutputCharacters = 1 << 24;

    /// <summary>Characters that one rendering may make in all, thrown away ones included.</summary>
    public const int TemplateWorkCharacters = 1 << 26;
}
