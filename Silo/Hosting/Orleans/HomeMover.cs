using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Preble.Actors.Prefixes;
using Preble.Actors.Scheduling;
using Preble.Hosting.Fleet;

namespace Preble.Hosting.Orleans;

/// <summary>
/// Ends schedulers and prefix nodes that came up on this silo because none with the scheduler's role was there, once one is: their next call
/// activates them there, and the workers' beats fill them again. Silos with the role keep what they have when another joins.
/// </summary>
internal sealed class HomeMover(
    LocalActivations locals, SiloFacts facts, OwnFacts own, IClusterMembershipService members, TimeProvider time, ILogger<HomeMover> log)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _lifetime = new();
    private Task _looking = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle)
    {
        if (!own.Roles.HasFlag(SiloRoles.Scheduler))
        {
            lifecycle.Subscribe(nameof(HomeMover), ServiceLifecycleStage.Active + 1, Start, StopAsync);
        }
    }

    private Task Start(CancellationToken cancellation)
    {
        _looking = LookAsync(_lifetime.Token);
        return Task.CompletedTask;
    }

    private async Task StopAsync(CancellationToken cancellation)
    {
        await _lifetime.CancelAsync();
        await _looking.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Look, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            var silos = members.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active);
            if (silos.Any(member => facts.HasRole(member.SiloAddress, SiloRoles.Scheduler))
                && await locals.EndAsync(IsOfSchedulers, "A scheduler silo has joined.", cancellation) is > 0 and var moved)
            {
                log.MovedHome(moved);
            }
        }
    }

    private static bool IsOfSchedulers(object grain) => grain is SchedulerGrain or PrefixNodeGrain;
}
