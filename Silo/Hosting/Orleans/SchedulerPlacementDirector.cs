using Orleans.Runtime;
using Orleans.Runtime.Placement;
using Preble.Hosting.Fleet;

namespace Preble.Hosting.Orleans;

/// <summary>
/// Schedulers and prefix nodes go to the silos with the scheduler's role, each key to its own by rendezvous hashing, so that they spread and a
/// silo's end moves only what was on it. Without such a silo any other serves, until one joins: <see cref="HomeMover"/>.
/// </summary>
internal sealed class SchedulerPlacementDirector(SiloFacts facts) : IPlacementDirector
{
    public async Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var schedulers = Schedulers(target, context);
        if (schedulers.Length == 0)
        {
            await facts.LearnAsync(context.GetCompatibleSilos(target));
            schedulers = Schedulers(target, context);
        }

        var candidates = schedulers.Length > 0 ? schedulers : context.GetCompatibleSilos(target);
        return IPlacementDirector.GetPlacementHint(target.RequestContextData, candidates)
            ?? candidates.MaxBy(silo => Weight(target.GrainIdentity, silo))!;
    }

    private SiloAddress[] Schedulers(PlacementTarget target, IPlacementContext context) =>
        Array.FindAll(context.GetCompatibleSilos(target), silo => facts.HasRole(silo, SiloRoles.Scheduler));

    private static uint Weight(GrainId grain, SiloAddress silo)
    {
        // The address's own hash is the same on every silo; mixing makes the order differ from key to key.
        var mixed = (ulong)grain.GetUniformHashCode() << 32 | (uint)silo.GetConsistentHashCode();
        mixed = (mixed ^ mixed >> 33) * 0xff51afd7ed558ccd;
        mixed = (mixed ^ mixed >> 33) * 0xc4ceb9fe1a85ec53;
        return (uint)(mixed >> 32);
    }
}
