using Preble.Core.Batching;
using Preble.Core.Batching.Costs;
using Preble.Core.Engine;

namespace Preble.Actors.Workers;

/// <summary>Makes the engines of the workers that live on this machine.</summary>
public interface IWorkerEngines
{
    /// <summary>Makes an engine with an empty KV cache. Called on the worker's own engine thread, at its start and again after a failure; may take long.</summary>
    WorkerEngine Create(WorkerId worker);
}

/// <summary>An engine and what the rest of the system must know of it. The engine thread owns it and disposes it.</summary>
/// <param name="Costs">Measured on this machine, see <see cref="EngineCalibration"/>.</param>
/// <param name="Sizes">The sizes of the worker's core; block size and count are the engine's.</param>
public sealed record WorkerEngine(IInferenceEngine Engine, ModelId Model, CostProfile Costs, WorkerCoreOptions Sizes)
{
    /// <summary>The host tier's memory; null without a host tier. Whoever makes the engine keeps it, beyond the engine's life.</summary>
    public IHostBlockStore? Host { get; init; }

    /// <summary>
    /// Told at a clean stop what the steps have taught of their costs, when it is worth keeping (<see cref="CostDrift"/>). On the engine's thread;
    /// must not throw. Null keeps nothing.
    /// </summary>
    public Action<CostProfile>? KeepCosts { get; init; }
}
