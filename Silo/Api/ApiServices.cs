using Microsoft.Extensions.DependencyInjection.Extensions;
using Preble.Api.Endpoints;
using Preble.Core.Placement.Sharding;

namespace Preble.Api;

/// <summary>The REST front-end as services and routes. It needs IGrains and <see cref="ApiModels"/> from whoever hosts it.</summary>
internal static class ApiServices
{
    // HTTP's own rule: what can be got can be asked for its headers. Kestrel leaves the body out.
    private static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];

    public static IServiceCollection AddPrebleApi(this IServiceCollection services, TimeSpan drainTime)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new RequestGate(drainTime, provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService(provider => provider.GetRequiredService<RequestGate>());
        services.TryAddSingleton(new RequestNumbers());
        services.TryAddSingleton(new SchedulerShards());
        services.AddSingleton<RequestFrame>();
        services.TryAddSingleton(ApiKeySource.None);
        services.AddSingleton<ApiKeyRing>();
        services.AddSingleton<ApiKeyCheck>();
        services.AddSingleton<GenerationPlanner>();
        services.TryAddSingleton(new ContactOptions());
        services.AddSingleton<WorkerWatch>();
        services.AddSingleton<SchedulerNews>();
        services.AddSingleton<Placer>();
        services.AddSingleton<ChoiceRunner>();
        services.AddSingleton<Generator>();
        services.AddSingleton<ApiInstruments>();
        services.AddSingleton<ChatPipeline>();
        services.AddSingleton<GenerationEndpoint>();
        services.AddSingleton<ModelsEndpoint>();
        services.AddSingleton<HealthEndpoint>();
        services.AddSingleton<SiloHealthEndpoint>();
        services.AddSingleton<MetricsEndpoint>();
        services.AddSingleton<PlacementsEndpoint>();

        // Its own time-out must not come before the gate's two.
        services.Configure<HostOptions>(options => options.ShutdownTimeout = drainTime + RequestGate.LastWords + TimeSpan.FromSeconds(10));
        return services;
    }

    /// <param name="gateway">False for a process that only runs workers or schedulers: it answers probes and scrapes.</param>
    public static void MapPrebleApi(this WebApplication app, bool gateway)
    {
        // Now, and not with the first request: a list of keys that makes no sense ends the start.
        _ = app.Services.GetRequiredService<ApiKeyRing>();
        app.UseMiddleware<RequestFrame>();
        app.UseRouting();
        app.UseMiddleware<ApiKeyCheck>();
        app.MapMethods("/metrics", GetAndHead, app.Services.GetRequiredService<MetricsEndpoint>().WriteAsync).WithMetadata(OpenRoute.Mark);
        if (!gateway)
        {
            var silo = app.Services.GetRequiredService<SiloHealthEndpoint>();
            app.MapMethods("/health/live", GetAndHead, silo.LiveAsync).WithMetadata(OpenRoute.Mark);
            app.MapMethods("/health/ready", GetAndHead, silo.ReadyAsync).WithMetadata(OpenRoute.Mark);
            return;
        }

        var health = app.Services.GetRequiredService<HealthEndpoint>();
        app.MapMethods("/health/live", GetAndHead, health.LiveAsync).WithMetadata(OpenRoute.Mark);
        app.MapMethods("/health/ready", GetAndHead, health.ReadyAsync).WithMetadata(OpenRoute.Mark);
        var generation = app.Services.GetRequiredService<GenerationEndpoint>();
        app.MapPost("/v1/chat/completions", generation.ChatAsync);
        app.MapPost("/v1/completions", generation.CompletionAsync);
        var models = app.Services.GetRequiredService<ModelsEndpoint>();
        app.MapMethods("/v1/models", GetAndHead, models.ListAsync);
        app.MapMethods("/v1/models/{**id}", GetAndHead, models.OneAsync);
        var placements = app.Services.GetRequiredService<PlacementsEndpoint>();
        app.MapMethods("/admin/placements", GetAndHead, placements.ListAsync);
        app.MapMethods("/admin/placements/{id}", GetAndHead, placements.OneAsync);
    }
}
