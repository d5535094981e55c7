using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Preble.Actors;
using Preble.Actors.Workers;
using Preble.Core.Placement;
using Preble.Grains.Tests.Workers;
using Preble.Hosting;
using Preble.Hosting.Fleet;
using Preble.Testing;

namespace Preble.OnSilo;

/// <summary>The same grain classes on a real Orleans silo: calls, streams, cancellation, timers.</summary>
public sealed class SiloTests : IAsyncLifetime
{
    private readonly StepGate _gate = new();
    private IHost _host = null!;

    private IGrains Grains => _host.Services.GetRequiredService<IGrains>();

    private ISchedulerGrain Scheduler => Grains.Get<ISchedulerGrain>(FakeEngines.Model.Value);

    public async Task InitializeAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddPrebleTelemetry();
        builder.Services.AddSingleton(new SchedulerOptions());
        builder.Services.AddSingleton<IWorkerEngines>(new FakeEngines(_gate));
        GrainHost.Add(builder.Services, GrainHost.Orleans, new FleetOptions(), [new WorkerId("w0")]);
        _host = builder.Build();
        await Wait.ForAsync(_host.StartAsync(), "the silo to start");
        await Wait.ForAsync(Grains.Get<IWorkerGrain>("w0").StartAsync(CancellationToken.None), "the worker to start");
    }

    public async Task DisposeAsync()
    {
        _gate.Open();
        await Wait.ForAsync(_host.StopAsync(), "the silo to stop");
        _host.Dispose();
        _gate.Dispose();
    }

    [Fact]
    public async Task A_request_is_placed_and_streams_the_tokens_of_the_request_alone()
    {
        var command = Requests.Of("silo", outputTokens: 30);
        var query = new PlacementQuery(command.Request, [], command.Prompt.Length, command.MaxOutputTokens, []);
        var placement = await Wait.ForAsync(Scheduler.PlaceAsync(query, CancellationToken.None), "the placement");
        Assert.Equal("w0", placement.Ticket!.Worker.Value);

        var worker = Grains.Get<IWorkerGrain>(placement.Ticket.Worker.Value);
        var received = await Wait.ForAsync(Received.FromAsync(worker.GenerateAsync(command, CancellationToken.None)), "the stream");
        Assert.Equal(Requests.Alone(command), received.Tokens);
        Assert.Equal(FinishReason.Length, received.Last.Finish);
    }

    [Fact]
    public async Task Streams_at_once_all_end_with_their_own_tokens()
    {
        var worker = Grains.Get<IWorkerGrain>("w0");
        var commands = Enumerable.Range(0, 16).Select(i => Requests.Of($"s{i}", 20 + i, 12, seed: (ulong)i + 1)).ToArray();
        var streams = await Wait.ForAsync(
            Task.WhenAll(commands.Select(command => Received.FromAsync(worker.GenerateAsync(command, CancellationToken.None)))), "16 streams");
        Assert.All(commands.Zip(streams), pair => Assert.Equal(Requests.Alone(pair.First), pair.Second.Tokens));
    }

    [Fact]
    public async Task The_worker_reports_what_it_cached_so_that_a_repeat_is_expected_to_hit()
    {
        var command = Requests.Of("first", promptTokens: 64, outputTokens: 4);
        var worker = Grains.Get<IWorkerGrain>("w0");
        await Wait.ForAsync(Received.FromAsync(worker.GenerateAsync(command, CancellationToken.None)), "the stream");
        await Wait.UntilAsync(async () => (await Scheduler.GetFleetAsync()).IndexedBlocks >= 4, "the report of four blocks");
    }

    [Fact]
    public async Task Cancelling_a_stream_ends_the_request_on_the_worker()
    {
        const int outputTokens = 500;
        using var gone = new CancellationTokenSource();
        var worker = Grains.Get<IWorkerGrain>("w0");
        _gate.Close();
        await using var stream = worker.GenerateAsync(Requests.Of("gone", outputTokens: outputTokens), gone.Token).GetAsyncEnumerator(gone.Token);
        var first = stream.MoveNextAsync().AsTask();
        _gate.Permit();
        Assert.True(await Wait.ForAsync(first, "the first chunk"));
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (await Wait.ForAsync(stream.MoveNextAsync().AsTask(), "the end of the cancelled stream"))
            {
            }
        });
        _gate.Open();
        await Wait.UntilAsync(async () => (await worker.GetStatusAsync()) is { RunningRequests: 0, WaitingRequests: 0 }, "the request to be gone");
        Assert.True((await worker.GetStatusAsync()).OutputTokensTotal < outputTokens, "the request ran to its end");
    }
}
