using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Preble.Actors;
using Preble.Actors.Workers;
using Preble.Core.Placement.Sharding;
using Preble.Hosting.Orleans;

namespace Preble.Hosting;

/// <summary>A silo of one machine: localhost clustering on two free ports.</summary>
internal static partial class GrainHost
{
    static partial void AddOrleans(IServiceCollection services, ref bool added)
    {
        services.TryAddSingleton(new WorkerGrainOptions());
        services.TryAddSingleton(new SchedulerShards());
        services.AddScoped<IActivation, OrleansActivation>();
        services.AddSingleton<IGrains, OrleansGrains>();
        services.AddOrleans(silo => silo.UseLocalhostClustering(FreePort(), FreePort()));
        added = true;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
