using Preble.Core.Placement;
using Preble.Core.Tokens;
using Preble.Grains.Tests.Workers;
using Preble.Testing;

namespace Preble.Grains.Tests.Scheduling;

/// <summary>The real scheduler over real workers: affinity, loss and its own restart.</summary>
public sealed class SchedulerGrainTests : IAsyncDisposable
{
    private readonly GrainRig _rig = new() { Options = new SchedulerOptions { HotRequests = 3, ColdRequests = 1 } };

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_prompt_goes_back_to_where_its_prefix_was_computed()
    {
        await StartTwoAsync();
        var command = Requests.Of("first", 160);
        var ticket = await PlaceAsync(command);
        await Wait.ForAsync(_rig.GenerateAsync(command, Index(ticket.Worker)), "the first request");
        await CompleteAsync(command, ticket.Worker);
        await Wait.UntilAsync(async () => (await _rig.Scheduler.GetFleetAsync()).IndexedBlocks >= 10, "the blocks to be known");

        var again = command with { Request = new RequestId("again") };
        var second = await PlaceAsync(again);
        Assert.Equal((ticket.Worker, PlacementReason.Exploit), (second.Worker, second.Reason));
        Assert.True(second.HitTokens >= 144, $"{second.HitTokens} tokens are believed cached");
        var received = await Wait.ForAsync(_rig.GenerateAsync(again, Index(second.Worker)), "the second request");

        // The scheduler knows of whole blocks; the worker shares all but the very last token.
        Assert.Equal(159, received.Last.CachedTokens);
        Assert.Equal(Requests.Alone(command), received.Tokens);
    }

    [Fact]
    public async Task A_burst_is_spread_because_each_placement_is_booked_at_once()
    {
        await StartTwoAsync();
        var tickets = new List<PlacementTicket>();
        for (var i = 0; i < 8; i++)
        {
            tickets.Add(await PlaceAsync(Requests.Of($"r{i}", seed: (ulong)(i + 1))));
        }

        Assert.Equal([4, 4], tickets.GroupBy(ticket => ticket.Worker).Select(group => group.Count()));
    }

    [Fact]
    public async Task A_placement_whose_client_has_gone_books_nothing()
    {
        await StartTwoAsync();
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _rig.Scheduler.PlaceAsync(Query(Requests.Of("r")), gone.Token));
        Assert.All((await _rig.Scheduler.GetFleetAsync()).Workers, worker => Assert.Equal(0, worker.BookedRequests));
    }

    [Fact]
    public async Task A_placement_waits_while_every_worker_is_full_and_a_completion_lets_it_in()
    {
        _rig.Options = new SchedulerOptions { RequestsPerWorker = 1 };
        await _rig.StartAsync(0);
        var (first, second) = (Requests.Of("first"), Requests.Of("second"));
        await PlaceAsync(first);
        var waiting = _rig.Scheduler.PlaceAsync(Query(second), CancellationToken.None);
        await Wait.ForAsync(_rig.Scheduler.GetFleetAsync(), "another call beside the one that waits");
        Assert.False(waiting.IsCompleted);
        await CompleteAsync(first, new WorkerId("w0"));
        Assert.Equal("w0", (await Wait.ForAsync(waiting, "the second placement")).Ticket?.Worker.Value);
    }

    [Fact]
    public async Task A_waiting_placement_whose_client_leaves_gives_up_its_place()
    {
        _rig.Options = new SchedulerOptions { RequestsPerWorker = 1 };
        await _rig.StartAsync(0);
        var (first, second, third) = (Requests.Of("first"), Requests.Of("second"), Requests.Of("third"));
        await PlaceAsync(first);
        using var gone = new CancellationTokenSource();
        var leaves = _rig.Scheduler.PlaceAsync(Query(second), gone.Token);
        var stays = _rig.Scheduler.PlaceAsync(Query(third), CancellationToken.None);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Wait.ForAsync(leaves, "the one that leaves"));
        await CompleteAsync(first, new WorkerId("w0"));
        Assert.NotNull((await Wait.ForAsync(stays, "the one that stays")).Ticket);
        Assert.Equal(1, (await _rig.Scheduler.GetFleetAsync()).Workers.Sum(worker => worker.BookedRequests));
    }

    [Fact]
    public async Task A_scheduler_that_restarts_learns_its_workers_and_their_caches_again()
    {
        await StartTwoAsync();
        var command = Requests.Of("first", 160);
        await Wait.ForAsync(_rig.GenerateAsync(command), "a request on w0");
        await Wait.UntilAsync(async () => (await _rig.Scheduler.GetFleetAsync()).IndexedBlocks >= 10, "the blocks to be known");
        await Wait.ForAsync(_rig.Grains.DeactivateAsync<ISchedulerGrain>(FakeEngines.Model.Value), "the scheduler to end");
        Assert.Empty((await _rig.Scheduler.GetFleetAsync()).Workers);

        await _rig.AdvanceAsync(TimeSpan.FromSeconds(1), timers: 3);
        await Wait.UntilAsync(
            async () => await _rig.Scheduler.GetFleetAsync() is { Workers.Length: 2, IndexedBlocks: >= 10 }, "both workers and the blocks to be known again");
        var ticket = await PlaceAsync(command with { Request = new RequestId("again") });
        Assert.Equal((new WorkerId("w0"), 144), (ticket.Worker, Math.Min(ticket.HitTokens, 144)));
    }

    [Fact]
    public async Task No_request_is_lost_while_a_scheduler_restarts_and_affinity_is_back_after_one_idle_beat()
    {
        await StartTwoAsync();
        var command = Requests.Of("first", 160);
        await Wait.ForAsync(_rig.GenerateAsync(command, worker: 1), "a request on w1");
        await Wait.UntilAsync(async () => (await _rig.Scheduler.GetFleetAsync()).IndexedBlocks >= 10, "the blocks to be known");
        await Wait.ForAsync(_rig.Grains.DeactivateAsync<ISchedulerGrain>(FakeEngines.Model.Value), "the scheduler to end");

        // Nobody has registered with the new one yet: these wait for the first who does.
        var placing = Enumerable.Range(0, 8).Select(i => PlaceAsync(Requests.Of($"r{i}", 8, seed: (ulong)(i + 9)))).ToArray();
        Assert.Empty((await _rig.Scheduler.GetFleetAsync()).Workers);
        await _rig.AdvanceAsync(TimeSpan.FromSeconds(1), timers: 3);
        var tickets = await Wait.ForAsync(Task.WhenAll(placing), "all placements");
        Assert.Equal(8, tickets.Length);

        // They have ended, so that where the next one goes is a matter of its prefix alone.
        await Task.WhenAll(tickets.Select((ticket, i) => CompleteAsync(Requests.Of($"r{i}", 8, seed: (ulong)(i + 9)), ticket.Worker)));
        await Wait.UntilAsync(async () => (await _rig.Scheduler.GetFleetAsync()) is { Workers.Length: 2, IndexedBlocks: >= 10 }, "the blocks to be known again");
        var again = await PlaceAsync(command with { Request = new RequestId("again") });
        Assert.Equal((new WorkerId("w1"), PlacementReason.Exploit), (again.Worker, again.Reason));
    }

    [Fact]
    public async Task A_scheduler_that_restarts_hears_from_a_prefixs_node_where_the_prefix_was_assigned()
    {
        await StartTwoAsync();
        var prompt = Requests.Of("p", 160);
        var node = new PrefixNodeId(FakeEngines.Model, Query(prompt).Blocks[^1]);
        var moved = new PrefixNodeReport(node, 160, 5, 0, []) { Assigned = [new WorkerId("w1")], Generation = 3 };
        await _rig.Grains.Get<IPrefixNodeGrain>(node.ToString()).ReportAsync(moved);
        for (var i = 0; i < 4; i++)
        {
            // Made resident on w0, where residency alone would send the next.
            var query = Query(prompt with { Request = new RequestId($"r{i}") }) with { Excluded = [new WorkerId("w1")] };
            Assert.Equal(new WorkerId("w0"), (await _rig.Scheduler.PlaceAsync(query, CancellationToken.None)).Ticket?.Worker);
        }

        // One tick tells the node, the next one has its answer; each is asked for until it has come.
        PlacementTicket? probe = null;
        for (var round = 0; round < 20 && probe?.Reason != PlacementReason.Assigned; round++)
        {
            await _rig.AdvanceAsync(TimeSpan.FromSeconds(1), timers: 3);
            await Wait.UntilAsync(async () => (await _rig.Scheduler.GetFleetAsync()).Workers.Length == 2, "both workers");
            probe = await PlaceAsync(prompt with { Request = new RequestId($"probe{round}") });
        }

        Assert.Equal((new WorkerId("w1"), PlacementReason.Assigned), (probe!.Worker, probe.Reason));
    }

    [Fact]
    public async Task A_lost_worker_gets_nothing_until_it_is_back_and_its_blocks_are_forgotten()
    {
        await StartTwoAsync();
        _rig.Gate.Failure = new Preble.Core.Engine.EngineException("the device is gone");
        await Wait.ForAsync(_rig.GenerateAsync(Requests.Of("first", 160)), "the failing request on w0");
        await Wait.UntilAsync(async () => (await _rig.Scheduler.GetFleetAsync()).Workers is [{ Worker.Value: "w1" }], "w0 to be given up");
        Assert.Equal(new WorkerId("w1"), (await PlaceAsync(Requests.Of("r"))).Worker);
        await _rig.AdvanceAsync(TimeSpan.FromSeconds(1), timers: 3);
        await Wait.UntilAsync(
            async () =>
            {
                await _rig.AdvanceAsync(TimeSpan.FromMilliseconds(50), timers: 3);
                return (await _rig.Scheduler.GetFleetAsync()).Workers.Length == 2;
            },
            "w0 to be back");
    }

    [Fact]
    public async Task A_hot_prefix_has_a_record_of_its_own()
    {
        await StartTwoAsync();
        var prompt = Requests.Of("r", 160);
        for (var i = 0; i < 6; i++)
        {
            var command = prompt with { Request = new RequestId($"r{i}") };
            var ticket = await PlaceAsync(command);
            await Wait.ForAsync(_rig.GenerateAsync(command, Index(ticket.Worker)), "a request");
            await CompleteAsync(command, ticket.Worker);
        }

        await _rig.AdvanceAsync(TimeSpan.FromSeconds(1), timers: 3);
        await Wait.UntilAsync(() => _rig.Grains.Activations.Any(name => name.StartsWith("IPrefixNodeGrain/", StringComparison.Ordinal)), "a prefix node");
        var key = _rig.Grains.Activations.First(name => name.StartsWith("IPrefixNodeGrain/", StringComparison.Ordinal)).Split('/', 2)[1];
        await Wait.UntilAsync(async () => (await _rig.Grains.Get<IPrefixNodeGrain>(key).GetRecordAsync()).WindowRequests > 0, "its requests");
        Assert.Equal(FakeEngines.Model, (await _rig.Grains.Get<IPrefixNodeGrain>(key).GetRecordAsync()).Node.Model);
    }

    private static int Index(WorkerId worker) => worker.Value[1] - '0';

    private static PlacementQuery Query(GenerateCommand command) =>
        new(command.Request, BlockHasher.Hash(command.Prompt.AsSpan(), 16, ""), command.Prompt.Length, command.MaxOutputTokens, []);

    private async Task StartTwoAsync()
    {
        await _rig.StartAsync(0);
        await _rig.StartAsync(1);
    }

    private async Task<PlacementTicket> PlaceAsync(GenerateCommand command)
    {
        var result = await _rig.Scheduler.PlaceAsync(Query(command), CancellationToken.None);
        Assert.Null(result.Rejection);
        return result.Ticket!;
    }

    private Task CompleteAsync(GenerateCommand command, WorkerId worker) =>
        _rig.Scheduler.CompleteAsync(new RequestCompletion(command.Request, worker, command.Prompt.Length, 0, command.MaxOutputTokens, 0, true));
}
