using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Preble.Api;
using Preble.Api.Endpoints;
using Preble.Hosting;
using Preble.Hosting.Fleet;
using Preble.Hosting.Metrics;
using Preble.Hosting.Telemetry;

namespace Preble.Commands;

/// <summary>A running server in this process: grains, workers and the REST front-end. Start it, use Address, dispose it.</summary>
internal sealed class PrebleServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PrebleServer(WebApplication app) => _app = app;

    /// <summary>Where it listens, with the port that was really taken.</summary>
    public string Address => _app.Urls.First();

    public IReadOnlyList<ServedModel> Models => _app.Services.GetRequiredService<ServedModels>().All;

    /// <exception cref="StartException">The model or the keys cannot be read.</exception>
    /// <exception cref="CommandFailure">The address cannot be taken.</exception>
    public static async Task<PrebleServer> StartAsync(
        ServeOptions options, IPEndPoint place, TimeSpan drainTime, ApiKeySource keys, CancellationToken cancellation)
    {
        WebApplication? app = null;
        try
        {
            app = Build(options, place, drainTime, keys);
            await app.StartAsync(cancellation);
            return new PrebleServer(app);
        }
        catch (Exception failure)
        {
            await (app?.DisposeAsync() ?? ValueTask.CompletedTask);
            if (Sentence(failure, place) is { } sentence)
            {
                throw new CommandFailure(sentence, failure);
            }

            throw;
        }
    }

    /// <summary>Returns when a signal or <see cref="StopAsync"/> has ended it in order.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellation) => _app.WaitForShutdownAsync(cancellation);

    /// <summary>Ends the drain that runs: requests inside are told now, and what still runs on the workers is handed over.</summary>
    public void HurryUp()
    {
        _app.Services.GetRequiredService<RequestGate>().HurryUp();
        _app.Services.GetRequiredService<LocalWorkers>().HurryUp();
    }

    public Task StopAsync() => _app.StopAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static WebApplication Build(ServeOptions options, IPEndPoint place, TimeSpan drainTime, ApiKeySource keys)
    {
        // The program's own folder, so that a settings file in the folder of the shell does not configure the server.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddPrebleLogging(options.Telemetry);
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = ApiLimits.ConnectionBodyBytes;
            kestrel.Limits.MaxResponseBufferSize = ApiLimits.UnsentBytes;
            kestrel.Listen(place);
        });
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = Listen);
        builder.Services.AddSingleton(new DrainLimit(drainTime));
        builder.Services.AddPrebleGrains(options);
        builder.Services.AddSingleton(services => ServedApiModel.Of(
            services.GetRequiredService<ServedModels>(), services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(services => new OwnWorkers(services.GetRequiredService<ServedModels>().Workers));
        builder.Services.AddSingleton(keys);
        builder.Services.AddPrebleApi(drainTime);
        builder.Services.AddPrebleExport(options.Telemetry);
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<ProcessInstruments>(
            services, () => services.GetRequiredService<RequestGate>().Draining));
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<Lifetime>(
            services, () => services.GetRequiredService<RequestGate>().Inside, drainTime));
        var app = builder.Build();

        // Before anything is measured, and so disposed after everything else.
        _ = app.Services.GetService<OtlpExport>();
        _ = app.Services.GetRequiredService<ProcessInstruments>();
        app.Services.GetRequiredService<PrometheusText>().Start();
        if (options.Fleet.Has(SiloRoles.Gateway))
        {
            app.Services.GetRequiredService<ApiInstruments>().Begin();
        }

        app.MapPrebleApi(options.Fleet.Has(SiloRoles.Gateway));
        return app;
    }

    /// <summary>With a bounded send buffer: left alone, the kernel hides megabytes of unread tokens.</summary>
    private static Socket Listen(EndPoint place)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(place);
        socket.SendBufferSize = ApiLimits.UnsentBytes;
        return socket;
    }

    private static string? Sentence(Exception failure, IPEndPoint place) => failure switch
    {
        IOException { InnerException: AddressInUseException } => string.Create(
            CultureInfo.InvariantCulture, $"port {place.Port} of {place.Address} is in use; choose another with --port, 0 for a free one."),
        SocketException or IOException { InnerException: SocketException } => string.Create(
            CultureInfo.InvariantCulture, $"cannot listen on port {place.Port} of {place.Address}: {failure.GetBaseException().Message}."),
        _ => null,
    };
}
