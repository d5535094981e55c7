namespace Preble.Actors;

/// <summary>No silo of the fleet has the worker's device.</summary>
public sealed class WorkerGoneException(string worker)
    : Exception($"Worker {worker} is gone: no process of the fleet owns its device.")
{
    public string Worker => worker;
}
