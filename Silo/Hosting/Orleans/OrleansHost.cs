using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Preble.Actors;

namespace Preble.Hosting.Orleans;

/// <summary>Hosts the grains in an Orleans silo on this machine instead of the in-process host.</summary>
public static class OrleansHost
{
    /// <summary>Call after the other services are there; it takes the place of the in-process <see cref="IGrains"/>.</summary>
    public static IHostApplicationBuilder UsePrebleOrleans(this IHostApplicationBuilder builder)
    {
        builder.UseOrleans(silo => silo.UseLocalhostClustering());
        builder.Services.AddScoped<IActivation, OrleansActivation>();
        builder.Services.AddSingleton<IGrains, OrleansGrains>();
        return builder;
    }
}
