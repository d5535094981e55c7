using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Preble.Actors;
using Preble.Actors.Workers;
using Preble.Core.Placement;
using Preble.Grains.Tests.Workers;
using Preble.Hosting;
using Preble.Hosting.Fleet;
using Preble.Testing;

namespace Preble.OnSilo.Streams;

/// <summary>
/// Two silos in this process that talk over loopback: a reader, which is gateway and scheduler, and a worker on a fake engine behind a gate.
/// </summary>
internal sealed class TwoSilos : IAsyncDisposable
{
    private readonly IHost _reader;
    private readonly IHost _worker;
    private int _putOut;

    private TwoSilos(TimeSpan responseTimeout)
    {
        var first = LocalPort.Free();
        _reader = Build("reader", SiloRoles.Gateway | SiloRoles.Scheduler, first, first, responseTimeout);
        _worker = Build("worker", SiloRoles.Worker, first, LocalPort.Free(), responseTimeout);
    }

    public static WorkerId Worker { get; } = new("w0");

    public StepGate Gate { get; } = new();

    /// <summary>What the worker's silo was asked for.</summary>
    public StreamCalls Calls { get; } = new();

    /// <summary>As the reader sees them.</summary>
    public IGrains Grains => _reader.Services.GetRequiredService<IGrains>();

    public IServiceProvider ReaderServices => _reader.Services;

    public static async Task<TwoSilos> StartAsync(TimeSpan? responseTimeout = null)
    {
        var silos = new TwoSilos(responseTimeout ?? new SiloMessagingOptions().ResponseTimeout);
        await Wait.ForAsync(silos._reader.StartAsync(), "the reader's silo to start");
        await Wait.ForAsync(silos._worker.StartAsync(), "the worker's silo to start");
        var worker = silos._worker.Services.GetRequiredService<IGrains>().Get<IWorkerGrain>(Worker.Value);
        await Wait.ForAsync(worker.StartAsync(CancellationToken.None), "the worker to start");
        return silos;
    }

    /// <summary>A stream whose first token has been read; the engine waits at the gate with the second.</summary>
    public async Task<IAsyncEnumerator<TokenChunk>> FirstTokenAsync(GenerateCommand command, CancellationToken cancellation = default)
    {
        Gate.Close();
        var stream = Grains.Generate(Worker, command, cancellation).GetAsyncEnumerator(cancellation);
        var first = stream.MoveNextAsync().AsTask();
        Gate.Permit();
        Assert.True(await Wait.ForAsync(first, "the first token"));
        Assert.Single(stream.Current.Tokens);
        _putOut = 1;
        return stream;
    }

    /// <summary>Lets the engine put out so many tokens, and returns when it has: it is at the gate with the step after them.</summary>
    public async Task PutOutAsync(int tokens)
    {
        await Wait.ForAsync(Gate.Reached(_putOut + 1), "the engine to wait for a permit");
        Gate.Permit(tokens);
        _putOut += tokens;
        await Wait.ForAsync(Gate.Reached(_putOut + 1), $"{tokens} tokens");
    }

    public async ValueTask DisposeAsync()
    {
        Gate.Open();
        await Wait.ForAsync(_worker.StopAsync(), "the worker's silo to stop");
        await Wait.ForAsync(_reader.StopAsync(), "the reader's silo to stop");
        _worker.Dispose();
        _reader.Dispose();
        Gate.Dispose();
    }

    private IHost Build(string name, SiloRoles roles, int first, int port, TimeSpan responseTimeout)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddPrebleTelemetry();
        builder.Services.AddSingleton(new SchedulerOptions());
        builder.Services.AddSingleton<IWorkerEngines>(new FakeEngines(Gate));
        builder.Services.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = responseTimeout);
        if (roles.HasFlag(SiloRoles.Worker))
        {
            builder.Services.AddSingleton<IIncomingGrainCallFilter>(Calls);
        }

        var fleet = new FleetOptions
        {
            Cluster = ClusterSource.Parse($"dev:127.0.0.1:{first}"), Roles = roles, SiloPort = port, SiloName = name,
        };
        GrainHost.Add(builder.Services, GrainHost.Orleans, fleet, roles.HasFlag(SiloRoles.Worker) ? [Worker] : []);
        return builder.Build();
    }
}
