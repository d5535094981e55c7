using Preble.Core;
using Preble.Core.Placement;
using Preble.Core.Placement.Sharding;
using Preble.Core.Tokens;
using Preble.Grains.Tests.Workers;
using Preble.Testing;

namespace Preble.Grains.Tests.Scheduling;

/// <summary>Two scheduler shards over real workers.</summary>
public sealed class ShardGrainTests : IAsyncDisposable
{
    private static readonly SchedulerShards Two = new(2);
    private readonly GrainRig _rig = new() { Shards = Two, Options = new SchedulerOptions { Policy = "e2" } };

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_prompt_goes_back_to_where_its_prefix_was_computed_and_only_its_shard_knows_it(int shard)
    {
        await StartTwoAsync();
        var command = CommandOf(shard);
        var first = await ServeAsync(command);
        await Wait.UntilAsync(async () => (await Shard(shard).GetFleetAsync()).IndexedBlocks >= 10, "the blocks to be known");
        var again = await PlaceAsync(command with { Request = new RequestId("again") });
        Assert.Equal((first.Worker, PlacementReason.Exploit), (again.Worker, again.Reason));
        Assert.Equal(0, (await Shard(1 - shard).GetFleetAsync()).IndexedBlocks);
        Assert.Equal(2, (await Shard(1 - shard).GetFleetAsync()).Workers.Length);
    }

    [Fact]
    public async Task A_shard_that_restarts_learns_its_own_prefixes_again_and_the_other_keeps_its_own()
    {
        await StartTwoAsync();
        var (mine, others) = (CommandOf(0), CommandOf(1));
        var first = await ServeAsync(mine);
        await ServeAsync(others);
        await Wait.UntilAsync(async () => (await Shard(0).GetFleetAsync()).IndexedBlocks >= 10, "its blocks to be known");
        await Wait.UntilAsync(async () => (await Shard(1).GetFleetAsync()).IndexedBlocks >= 10, "the other's blocks to be known");
        var before = (await Shard(1).GetFleetAsync()).IndexedBlocks;
        await Wait.ForAsync(_rig.Grains.DeactivateAsync<ISchedulerGrain>(Two.Key(FakeEngines.Model, 0)), "the shard to end");
        Assert.Empty((await Shard(0).GetFleetAsync()).Workers);

        // Two timers a shard and one a worker.
        await _rig.AdvanceAsync(TimeSpan.FromSeconds(1), timers: 6);
        await Wait.UntilAsync(
            async () => await Shard(0).GetFleetAsync() is { Workers.Length: 2, IndexedBlocks: >= 10 }, "both workers and its blocks to be known again");
        var again = await PlaceAsync(mine with { Request = new RequestId("again") });
        Assert.Equal((first.Worker, PlacementReason.Exploit), (again.Worker, again.Reason));
        Assert.Equal(before, (await Shard(1).GetFleetAsync()).IndexedBlocks);
    }

    [Fact]
    public async Task A_shard_hears_what_the_other_has_booked()
    {
        _rig.Options = new SchedulerOptions { Policy = "least-loaded" };
        await StartTwoAsync();
        Assert.Equal("w0", (await PlaceAsync(CommandOf(0))).Worker.Value);
        await _rig.AdvanceAsync(Limits.ShardLoadsInterval, timers: 6);
        await Wait.UntilAsync(
            async () =>
            {
                // Each attempt that still goes to w0 is given back, so that it does not decide the next.
                var command = CommandOf(1);
                var ticket = await PlaceAsync(command);
                await CompleteAsync(command, ticket.Worker, succeeded: false);
                return ticket.Worker.Value == "w1";
            },
            "the other shard to know of the booking");
    }

    private static GenerateCommand CommandOf(int shard) => Enumerable.Range(1, 100).Select(seed => Requests.Of($"r{shard}", 160, seed: (ulong)seed))
        .First(command => Two.IndexOf(Query(command)) == shard);

    private static PlacementQuery Query(GenerateCommand command) =>
        new(command.Request, BlockHasher.Hash(command.Prompt.AsSpan(), 16, ""), command.Prompt.Length, command.MaxOutputTokens, []);

    private ISchedulerGrain Shard(int index) => _rig.Grains.Get<ISchedulerGrain>(Two.Key(FakeEngines.Model, index));

    private async Task StartTwoAsync()
    {
        await _rig.StartAsync(0);
        await _rig.StartAsync(1);
    }

    private async Task<PlacementTicket> ServeAsync(GenerateCommand command)
    {
        var ticket = await PlaceAsync(command);
        await Wait.ForAsync(_rig.GenerateAsync(command, ticket.Worker.Value[1] - '0'), "a request");
        await CompleteAsync(command, ticket.Worker, succeeded: true);
        return ticket;
    }

    private async Task<PlacementTicket> PlaceAsync(GenerateCommand command)
    {
        var result = await _rig.Grains.Get<ISchedulerGrain>(Two.KeyOf(FakeEngines.Model, Query(command))).PlaceAsync(Query(command), CancellationToken.None);
        Assert.Null(result.Rejection);
        return result.Ticket!;
    }

    private Task CompleteAsync(GenerateCommand command, WorkerId worker, bool succeeded) =>
        _rig.Grains.Get<ISchedulerGrain>(Two.KeyOf(FakeEngines.Model, Query(command)))
            .CompleteAsync(new RequestCompletion(command.Request, worker, command.Prompt.Length, 0, command.MaxOutputTokens, 0, succeeded));
}
