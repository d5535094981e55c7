using Orleans.Runtime;
using Orleans.Runtime.Placement;
using Preble.Actors;

namespace Preble.Hosting.Orleans;

/// <summary>A worker's grain comes up where its device is. There is no second choice: elsewhere it would have no engine.</summary>
internal sealed class WorkerPlacementDirector(SiloFacts facts) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var worker = target.GrainIdentity.Key.ToString()!;
        var owner = context.GetCompatibleSilos(target).FirstOrDefault(silo => facts.Owns(silo, worker));
        return owner is null ? throw new WorkerGoneException(worker) : Task.FromResult(owner);
    }
}
