using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Preble.Hosting.Fleet;
using Preble.Hosting.Kubernetes;
using Preble.Hosting.Orleans;
using Preble.Testing;

namespace Preble.OnSilo.Fleet;

/// <summary>A silo whose pod is gone is declared dead, although it answers its probes.</summary>
public sealed class PodGoneTests : IPods
{
    private volatile Pod[] _pods = [new("front", [System.Net.IPAddress.Loopback]), new("a", [System.Net.IPAddress.Loopback])];

    [RedisFact]
    public async Task The_list_of_silos_follows_the_pods()
    {
        var time = new ManualTimeProvider();
        await using var fleet = await TestFleet.StartAsync();
        await fleet.AddAsync("front", SiloRoles.Gateway | SiloRoles.Scheduler, also: silo => silo.Services.AddHostedService(services =>
            new PodWatch(this, ActivatorUtilities.CreateInstance<SiloList>(services), time, NullLogger<PodWatch>.Instance)));
        var a = await fleet.AddAsync("a", SiloRoles.Scheduler);
        Assert.False(a.Fatal.First.IsCompleted);
        _pods = _pods[..1];
        await Wait.UntilAsync(
            () =>
            {
                time.Advance(PodWatch.Interval);
                return a.Fatal.First.IsCompleted;
            },
            "the silo without a pod to hear that it is declared dead");
    }

    Task<IReadOnlyList<Pod>> IPods.ListAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Pod>>(_pods);
}
