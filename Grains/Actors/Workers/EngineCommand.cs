namespace Preble.Actors.Workers;

/// <summary>What the grain asks of the engine's thread. Done between two steps.</summary>
internal abstract record EngineCommand
{
    /// <summary>Take in a request; its stream gets every answer, a refusal included.</summary>
    internal sealed record Submit(TokenStream Stream) : EngineCommand;

    /// <summary>List the cached blocks.</summary>
    internal sealed record Snapshot(TaskCompletionSource<KvCacheSnapshot> Answer) : EngineCommand;

    /// <summary>Repeat the cache changes from a number on; null when too many were made since, so that a snapshot is needed.</summary>
    internal sealed record Replay(long FromNumber, TaskCompletionSource<KvCacheChanges?> Answer) : EngineCommand;

    /// <summary>Accept nothing new and hand over what waits; answer when the rest has ended.</summary>
    internal sealed record Drain(TaskCompletionSource Answer) : EngineCommand;

    /// <summary>End what still runs as drained.</summary>
    internal sealed record EndAll : EngineCommand;

    /// <summary>End what still runs as drained, then the thread.</summary>
    internal sealed record Stop : EngineCommand;
}
