namespace Preble.Api;

/// <summary>A worker does not answer; <see cref="WorkerWatch"/> has said so once for all its streams.</summary>
internal sealed class WorkerLostException(WorkerId worker, Exception inner) : Exception($"Worker {worker} does not answer.", inner);
