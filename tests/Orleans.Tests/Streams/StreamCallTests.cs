using Preble.Grains.Tests.Workers;
using Preble.Testing;

namespace Preble.OnSilo.Streams;

/// <summary>How many calls a stream takes between two silos, and how long it may be silent.</summary>
public sealed class StreamCallTests
{
    private const string MoveNext = "MoveNext";
    private const string Start = "StartEnumeration";

    [Fact]
    public async Task Tokens_that_are_ready_together_arrive_in_one_chunk_by_one_call()
    {
        const int rounds = 5;
        const int together = 20;
        await using var silos = await TwoSilos.StartAsync();
        var command = Requests.Of("together", outputTokens: 1 + (rounds * together) + 1);
        await using var stream = await silos.FirstTokenAsync(command);
        List<int> tokens = [.. stream.Current.Tokens];
        for (var round = 1; round <= rounds; round++)
        {
            // The first alone, and a turn of the grain's behind it: whoever took it before it is asked for would close the chunk with it.
            await silos.PutOutAsync(1);
            await Wait.ForAsync(silos.Grains.Get<IWorkerGrain>(TwoSilos.Worker.Value).GetStatusAsync(), "the worker");
            await silos.PutOutAsync(together - 1);
            Assert.True(await Wait.ForAsync(stream.MoveNextAsync().AsTask(), "a chunk"));
            Assert.Equal(together, stream.Current.Tokens.Length);
            Assert.Equal(round, silos.Calls.Answered(MoveNext));
            tokens.AddRange(stream.Current.Tokens);
        }

        silos.Gate.Open();
        Assert.True(await Wait.ForAsync(stream.MoveNextAsync().AsTask(), "the last token"));
        tokens.AddRange(stream.Current.Tokens);
        Assert.Equal(FinishReason.Length, stream.Current.Finish);
        Assert.Equal(Requests.Alone(command), tokens);
        Assert.Equal(1, silos.Calls.Answered(Start));
    }

    [Fact]
    public async Task A_stream_that_is_silent_for_longer_than_calls_may_take_goes_on()
    {
        // A call that waits is answered with nothing after half of the time that calls may take: so many are longer than it.
        const int silentCalls = 3;
        await using var silos = await TwoSilos.StartAsync(responseTimeout: TimeSpan.FromSeconds(2));
        var command = Requests.Of("slow", outputTokens: 2);
        await using var stream = await silos.FirstTokenAsync(command);
        List<int> tokens = [.. stream.Current.Tokens];
        var next = stream.MoveNextAsync().AsTask();
        await Wait.UntilAsync(() => next.IsCompleted || silos.Calls.Answered(MoveNext) >= silentCalls, "calls that come back with nothing");
        Assert.False(next.IsCompleted, "the stream ended or went on while the engine was held");
        silos.Gate.Open();
        Assert.True(await Wait.ForAsync(next, "the next token"));
        tokens.AddRange(stream.Current.Tokens);
        Assert.Equal(Requests.Alone(command), tokens);
    }
}
