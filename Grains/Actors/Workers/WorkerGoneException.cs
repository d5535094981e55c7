using Orleans;

namespace Preble.Actors;

/// <summary>No silo of the fleet has the worker's device.</summary>
[GenerateSerializer, Alias("Preble.WorkerGoneException")]
public sealed class WorkerGoneException(string worker)
    : Exception($"Worker {worker} is gone: no process of the fleet owns its device.")
{
    [Id(0)] public string Worker { get; private set; } = worker;
}
