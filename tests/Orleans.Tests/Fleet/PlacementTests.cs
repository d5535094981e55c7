using Preble.Actors;
using Preble.Core.Placement.Sharding;
using Preble.Grains.Tests.Workers;
using Preble.Hosting.Fleet;
using Preble.Testing;

namespace Preble.OnSilo.Fleet;

/// <summary>Which silo a grain comes up on, over two to four real ones.</summary>
public sealed class PlacementTests
{
    [RedisFact]
    public async Task A_worker_serves_where_its_device_is_and_is_gone_with_its_silo()
    {
        await using var fleet = await TestFleet.StartAsync();
        var scheduler = await fleet.AddAsync("s", SiloRoles.Scheduler);
        var front = await fleet.AddAsync("g", SiloRoles.Gateway);
        var first = await fleet.AddAsync("a", SiloRoles.Worker);
        var second = await fleet.AddAsync("b", SiloRoles.Worker, workers: 2);
        Assert.Equal((0, 0, 1, 2), (scheduler.Engines.Made, front.Engines.Made, first.Engines.Made, second.Engines.Made));
        foreach (var worker in first.Workers.Concat(second.Workers))
        {
            var command = Requests.Of(worker.Value);
            var received = await Wait.ForAsync(Received.FromAsync(front.Worker(worker.Value).GenerateAsync(command, CancellationToken.None)), "the stream");
            Assert.Equal(Requests.Alone(command), received.Tokens);
        }

        Assert.Equal((0, 0, 1, 2), (scheduler.Engines.Made, front.Engines.Made, first.Engines.Made, second.Engines.Made));
        Assert.Equal((1, 0), (scheduler.Schedulers, front.Schedulers + first.Schedulers + second.Schedulers));

        var nobody = await Assert.ThrowsAsync<WorkerGoneException>(() => Wait.ForAsync(front.Worker("c-w0").GetStatusAsync(), "the refusal"));
        Assert.Equal("c-w0", nobody.Worker);

        await second.KillAsync();
        await Wait.UntilAsync(async () => await IsGoneAsync(front, "b-w1"), "the worker of the killed silo to be gone");
        await Wait.UntilAsync(
            async () => (await front.Scheduler.GetFleetAsync()).Workers is var workers && workers.Count(worker => worker.Healthy) == 1, "the scheduler to lose its workers");
    }

    [RedisFact]
    public async Task Shards_spread_over_the_scheduler_silos_and_move_to_the_one_that_is_left()
    {
        const int shards = 8;
        await using var fleet = await TestFleet.StartAsync(shards);
        var one = await fleet.AddAsync("s1", SiloRoles.Scheduler);
        var two = await fleet.AddAsync("s2", SiloRoles.Scheduler);
        var worker = await fleet.AddAsync("a", SiloRoles.Worker | SiloRoles.Gateway);
        await KnownToAllAsync(worker, shards);
        Assert.Equal((shards, 0), (one.Schedulers + two.Schedulers, worker.Schedulers));
        Assert.InRange(one.Schedulers, 1, shards - 1);

        var lost = one.Schedulers;
        await one.KillAsync();
        await KnownToAllAsync(worker, shards);
        Assert.Equal((shards, 0), (two.Schedulers, worker.Schedulers));
        Assert.InRange(lost, 1, shards - 1);
    }

    [RedisFact]
    public async Task A_scheduler_moves_home_when_a_scheduler_silo_joins_and_hears_of_the_workers_again()
    {
        await using var fleet = await TestFleet.StartAsync();
        var worker = await fleet.AddAsync("a", SiloRoles.Worker);
        await Wait.ForAsync(
            Received.FromAsync(worker.Worker("a-w0").GenerateAsync(Requests.Of("r", promptTokens: 64, outputTokens: 4), CancellationToken.None)), "the stream");
        await Wait.UntilAsync(async () => (await worker.Scheduler.GetFleetAsync()).IndexedBlocks >= 4, "the report of four blocks");
        Assert.Equal(1, worker.Schedulers);

        var home = await fleet.AddAsync("s", SiloRoles.Scheduler);
        await Wait.UntilAsync(() => (worker.Schedulers, home.Schedulers) == (0, 1), "the scheduler to move home");
        await Wait.UntilAsync(async () => (await home.Scheduler.GetFleetAsync()).IndexedBlocks >= 4, "the index to be rebuilt");
    }

    [RedisFact]
    public async Task A_silo_that_comes_back_under_its_name_has_its_workers_at_once()
    {
        await using var fleet = await TestFleet.StartAsync();
        var front = await fleet.AddAsync("g", SiloRoles.Gateway | SiloRoles.Scheduler);
        var before = await fleet.AddAsync("a", SiloRoles.Worker);
        await front.Worker("a-w0").GetStatusAsync();

        // The first one is alive and answers its probes: to the others it looks as a dead one does before the probes have missed.
        var after = await fleet.AddAsync("a", SiloRoles.Worker);
        Assert.Equal(1, after.Engines.Made);
        Assert.Contains("dead", await Wait.ForAsync(before.Fatal.First, "the older one to read that it is dead"), StringComparison.OrdinalIgnoreCase);
        var command = Requests.Of("r");
        var received = await Wait.ForAsync(Received.FromAsync(front.Worker("a-w0").GenerateAsync(command, CancellationToken.None)), "the stream");
        Assert.Equal(Requests.Alone(command), received.Tokens);
        await before.KillAsync();
    }

    [Fact]
    public async Task Without_a_store_the_end_of_silos_leaves_the_other_workers_as_they_were()
    {
        await using var fleet = TestFleet.WithoutStore();
        var first = await fleet.AddAsync("g", SiloRoles.Gateway | SiloRoles.Scheduler);
        var stays = await fleet.AddAsync("a", SiloRoles.Worker, workers: 8);
        var mortals = new List<TestSilo> { await fleet.AddAsync("b", SiloRoles.Worker), await fleet.AddAsync("c", SiloRoles.Worker) };
        var before = await EpochsAsync(first, stays);
        foreach (var mortal in mortals)
        {
            await mortal.KillAsync();
            await Wait.UntilAsync(async () => await IsGoneAsync(first, $"{mortal.Name}-w0"), "the killed silo's worker to be gone");
        }

        // With eight of them, some would have stood in the lost parts of a directory that is divided among the silos.
        Assert.Equal(before, await EpochsAsync(first, stays));
        Assert.Equal(8, stays.Engines.Made);
    }

    private static async Task<long[]> EpochsAsync(TestSilo front, TestSilo silo) =>
        await Task.WhenAll(silo.Workers.Select(async worker => (await front.Worker(worker.Value).GetStatusAsync()).Epoch));

    private static async Task<bool> IsGoneAsync(TestSilo front, string worker)
    {
        try
        {
            await front.Worker(worker).GetStatusAsync();
            return false;
        }
        catch (WorkerGoneException)
        {
            return true;
        }
        catch (Orleans.Runtime.SiloUnavailableException)
        {
            // The silo was found dead while the call was on its way; the next one knows.
            return false;
        }
    }

    private static Task KnownToAllAsync(TestSilo front, int shards) => Wait.UntilAsync(
        async () =>
        {
            foreach (var shard in new SchedulerShards(shards).Keys(FakeEngines.Model))
            {
                if (!(await front.Grains.Get<ISchedulerGrain>(shard).GetFleetAsync()).Workers.Any(worker => worker.Healthy))
                {
                    return false;
                }
            }

            return true;
        },
        "every shard to know the worker");
}
