using Orleans;
using Orleans.CodeGeneration;
using Orleans.Concurrency;

namespace Preble;

/// <summary>One model on one device: an engine, a KV cache and the local scheduler. Key: the worker id.</summary>
[Alias("Preble.IWorkerGrain"), Version(1)]
public interface IWorkerGrain : IGrainWithStringKey
{
    /// <summary>Loads the engine if need be and registers with the scheduler; returns when requests can be served. A large model takes its time.</summary>
    [Alias("Start"), ResponseTimeout("01:00:00")]
    Task<WorkerRegistration> StartAsync(CancellationToken cancellation);

    /// <summary>Generates tokens. Ends with a chunk that has a finish reason, or is one chunk with a rejection; cancelling frees the blocks before the next step.</summary>
    [Alias("Generate"), AlwaysInterleave]
    IAsyncEnumerable<TokenChunk> GenerateAsync(GenerateCommand command, CancellationToken cancellation);

    [Alias("GetStatus"), AlwaysInterleave]
    Task<WorkerStatus> GetStatusAsync();

    /// <summary>All blocks that can be shared now, with the number of the change that comes next.</summary>
    [Alias("GetCacheSnapshot"), AlwaysInterleave]
    Task<KvCacheSnapshot> GetCacheSnapshotAsync();

    /// <summary>
    /// The cache changes from that number on, in one batch, empty when there are none; null when they are no longer kept, or too many: take a
    /// snapshot.
    /// </summary>
    [Alias("GetCacheChanges"), AlwaysInterleave]
    Task<KvCacheChanges?> GetCacheChangesAsync(long fromNumber);

    /// <summary>
    /// Accepts nothing new, refuses what waits as draining, and returns when what runs has finished, or at the cancellation, which ends the rest
    /// as drained. Then the scheduler has heard that the worker is gone. May be called again, to wait on.
    /// </summary>
    [Alias("Drain"), AlwaysInterleave, ResponseTimeout("02:00:00")]
    Task DrainAsync(CancellationToken cancellation);
}
