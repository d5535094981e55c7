using Orleans.Runtime;
using Orleans.Runtime.Placement;
using Preble.Actors;

namespace Preble.Hosting.Orleans;

/// <summary>A worker's grain comes up where its device is. There is no second choice, whoever hints at one: elsewhere it would have no engine.</summary>
internal sealed class WorkerPlacementDirector(SiloFacts facts) : IPlacementDirector
{
    /// <exception cref="WorkerGoneException">No silo has the device.</exception>
    public async Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var worker = target.GrainIdentity.Key.ToString()!;
        if (facts.FindOwner(context.GetCompatibleSilos(target), worker) is { } owner)
        {
            return owner;
        }

        await facts.LearnAsync(context.GetCompatibleSilos(target));
        return facts.FindOwner(context.GetCompatibleSilos(target), worker) ?? throw new WorkerGoneException(worker);
    }
}
