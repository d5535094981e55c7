using Preble.Grains.Tests.Workers;
using Preble.Hosting.Fleet;
using Preble.Testing;

namespace Preble.OnSilo.Fleet;

/// <summary>Token streams from one silo to another.</summary>
public sealed class StreamTests
{
    [RedisFact]
    public async Task Tokens_arrive_in_order_in_every_one_of_many_streams()
    {
        await using var fleet = await TestFleet.StartAsync();
        var front = await fleet.AddAsync("g", SiloRoles.Gateway | SiloRoles.Scheduler);
        await fleet.AddAsync("a", SiloRoles.Worker);
        await fleet.AddAsync("b", SiloRoles.Worker);
        var commands = Enumerable.Range(0, 32).Select(i => Requests.Of($"s{i}", 20 + i, 80, seed: (ulong)i + 1)).ToArray();
        var streams = await Wait.ForAsync(
            Task.WhenAll(commands.Select((command, i) =>
                Received.FromAsync(front.Worker(i % 2 == 0 ? "a-w0" : "b-w0").GenerateAsync(command, CancellationToken.None)))),
            "32 streams");
        Assert.All(commands.Zip(streams), pair => Assert.Equal(Requests.Alone(pair.First), pair.Second.Tokens));
    }

    [RedisFact]
    public async Task Cancelling_at_one_silo_frees_the_request_at_the_other_before_its_next_steps()
    {
        const int outputTokens = 500;
        await using var fleet = await TestFleet.StartAsync();
        var front = await fleet.AddAsync("g", SiloRoles.Gateway | SiloRoles.Scheduler);
        var owner = await fleet.AddAsync("a", SiloRoles.Worker);
        using var gone = new CancellationTokenSource();
        owner.Gate.Close();
        await using var stream = front.Worker("a-w0").GenerateAsync(Requests.Of("gone", outputTokens: outputTokens), gone.Token).GetAsyncEnumerator(gone.Token);
        var first = stream.MoveNextAsync().AsTask();
        owner.Gate.Permit();
        Assert.True(await Wait.ForAsync(first, "the first chunk"));
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (await Wait.ForAsync(stream.MoveNextAsync().AsTask(), "the end of the cancelled stream"))
            {
            }
        });
        await owner.Gate.StepUntilAsync(
            async () => await front.Worker("a-w0").GetStatusAsync() is { RunningRequests: 0, WaitingRequests: 0 }, "the request to be gone");
        Assert.True((await front.Worker("a-w0").GetStatusAsync()).OutputTokensTotal < outputTokens, "the request ran to its end");
    }

    [RedisFact]
    public async Task A_slow_stream_outlives_the_response_timeout()
    {
        await using var fleet = await TestFleet.StartAsync(responseTimeoutSeconds: 2);
        var front = await fleet.AddAsync("g", SiloRoles.Gateway | SiloRoles.Scheduler);
        var owner = await fleet.AddAsync("a", SiloRoles.Worker, workers: 2);
        owner.Gate.Close();
        var command = Requests.Of("slow", outputTokens: 3);
        var slow = Received.FromAsync(front.Worker("a-w0").GenerateAsync(command, CancellationToken.None));
        var other = Received.FromAsync(front.Worker("a-w1").GenerateAsync(Requests.Of("other", outputTokens: 3), CancellationToken.None));

        // A call that a held step has to answer runs into the time-out: the clock of this test.
        await Wait.ForAsync(owner.Gate.Reached(2), "both workers' steps to be held");
        for (var times = 0; times < 2; times++)
        {
            await Assert.ThrowsAsync<TimeoutException>(() => Wait.ForAsync(front.Worker("a-w1").GetCacheSnapshotAsync(), "the response time-out"));
        }

        Assert.False(slow.IsCompleted);
        owner.Gate.Open();
        Assert.Equal(Requests.Alone(command), (await Wait.ForAsync(slow, "the slow stream")).Tokens);
        await Wait.ForAsync(other, "the other stream");
    }

    [RedisFact]
    public async Task Who_does_not_read_holds_up_nobody_and_is_cut_with_what_was_on_its_way()
    {
        const int outputTokens = 2000;
        await using var fleet = await TestFleet.StartAsync(slowReaderSeconds: 0.5);
        var front = await fleet.AddAsync("g", SiloRoles.Gateway | SiloRoles.Scheduler);
        var owner = await fleet.AddAsync("a", SiloRoles.Worker);
        var worker = front.Worker("a-w0");
        owner.Gate.Close();
        await using var unread = worker.GenerateAsync(Requests.Of("unread", outputTokens: outputTokens), CancellationToken.None).GetAsyncEnumerator();
        var first = unread.MoveNextAsync().AsTask();
        await owner.Gate.StepUntilAsync(() => Task.FromResult(first.IsCompleted), "the first chunk");
        Assert.True(await first);
        owner.Engines.BeforeStep = _ => Thread.Yield();
        await owner.Gate.StepUntilAsync(
            async () => await worker.GetStatusAsync() is { RunningRequests: 0, WaitingRequests: 0 }, "the request that nobody reads to be cut");
        var written = (await worker.GetStatusAsync()).OutputTokensTotal;
        owner.Gate.Open();
        var last = unread.Current;
        var read = last.Tokens.Length;
        while (await Wait.ForAsync(unread.MoveNextAsync().AsTask(), "the rest"))
        {
            last = unread.Current;
            read += last.Tokens.Length;
        }

        Assert.Equal(FinishReason.SlowReader, last.Finish);
        Assert.InRange(written, read, outputTokens - 1);
        var next = Requests.Of("next");
        Assert.Equal(Requests.Alone(next), (await Wait.ForAsync(Received.FromAsync(worker.GenerateAsync(next, CancellationToken.None)), "the next")).Tokens);
    }
}
