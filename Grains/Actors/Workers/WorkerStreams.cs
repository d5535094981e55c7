using Orleans.Runtime;

namespace Preble.Actors.Workers;

/// <summary>How a worker's stream is asked for, so that tokens that are ready together travel together.</summary>
public static class WorkerStreams
{
    /// <summary>
    /// Every chunk is asked for on its own, and holds all that is ready when it is. A larger batch would begin the next chunk before it is asked
    /// for: that one closes with its first token, and what comes after it needs another call.
    /// </summary>
    private const int ChunksPerCall = 1;

    /// <summary>The chunks of a request, one call to the worker for each. Within a process it is the worker's own stream.</summary>
    public static IAsyncEnumerable<TokenChunk> Generate(
        this IGrains grains, WorkerId worker, GenerateCommand command, CancellationToken cancellation) =>
        grains.Get<IWorkerGrain>(worker.Value).GenerateAsync(command, cancellation).WithBatchSize(ChunksPerCall);
}
