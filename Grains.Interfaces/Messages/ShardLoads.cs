using System.Collections.Immutable;

namespace Preble;

/// <summary>One scheduler shard tells another what it has booked. It replaces what it told before: workers that are not named have nothing.</summary>
/// <param name="Shard">Who tells, counted from 0.</param>
[GenerateSerializer, Immutable, Alias("Preble.ShardLoads")]
public sealed record ShardLoads([property: Id(0)] int Shard, [property: Id(1)] ImmutableArray<ShardWorkerLoad> Workers);

/// <summary>What one shard has booked on one life of a worker.</summary>
[GenerateSerializer, Immutable, Alias("Preble.ShardWorkerLoad")]
public readonly record struct ShardWorkerLoad(
    [property: Id(0)] WorkerId Worker, [property: Id(1)] long Epoch, [property: Id(2)] BookedLoad Load);

/// <summary>Load that a scheduler has given to a worker, as sums.</summary>
[GenerateSerializer, Immutable, Alias("Preble.BookedLoad")]
public readonly record struct BookedLoad
{
    /// <summary>Requests in flight.</summary>
    [Id(0)] public int InFlight { get; init; }

    /// <summary>Those of them that the worker has not counted in a status yet.</summary>
    [Id(1)] public int UnreportedRequests { get; init; }

    /// <summary>Prompt tokens that those have to prefill.</summary>
    [Id(2)] public long UnreportedTokens { get; init; }

    /// <summary>Prompt tokens that all requests in flight had to prefill when they were placed.</summary>
    [Id(3)] public long MissedTokens { get; init; }

    /// <summary>Tokens that they attend to when they decode.</summary>
    [Id(4)] public long ContextTokens { get; init; }

    /// <summary>Prompt and expected output tokens of the requests in flight.</summary>
    [Id(5)] public long Tokens { get; init; }

    /// <summary>Expected work of the requests in flight.</summary>
    [Id(6)] public TimeSpan Booked { get; init; }

    /// <summary>True work of the requests of the window that have finished.</summary>
    [Id(7)] public TimeSpan Finished { get; init; }

    /// <summary>Requests placed within the window.</summary>
    [Id(8)] public int WindowRequests { get; init; }

    /// <summary>Blocks of the shard's own prefixes that lie there or are about to.</summary>
    [Id(9)] public int ResidentBlocks { get; init; }

    /// <summary>Those of them that requests in flight use.</summary>
    [Id(10)] public int InUseBlocks { get; init; }

    /// <summary>Blocks that requests in flight will need beyond their prompts' full ones.</summary>
    [Id(11)] public int OutputBlocks { get; init; }
}
