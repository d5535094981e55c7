using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Preble.Grains.Tests.Workers;
using Preble.Testing;
using Xunit.Abstractions;

namespace Preble.OnSilo.Streams;

/// <summary>What a chunk takes on its way from one silo to another, in bytes. Alone in the process, for allocations are counted for all of it.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class StreamBytesTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_token_that_travels_alone_allocates_a_bounded_number_of_bytes_on_both_sides()
    {
        const int warmUp = 300;
        const int measured = 300;

        // About 8,000 as it is, the engine, its reports to the scheduler and the gate included; most are Orleans' own call and its waiting.
        const int bytesPerToken = 14_000;
        await using var silos = await TwoSilos.StartAsync();
        await using var stream = await silos.FirstTokenAsync(Requests.Of("alone", outputTokens: 2 + warmUp + measured));
        await OneByOneAsync(silos, stream, warmUp);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await OneByOneAsync(silos, stream, measured);
        var each = (GC.GetTotalAllocatedBytes(precise: true) - before) / measured;
        output.WriteLine($"measured: a token from silo to silo allocates {each} bytes in both");
        Assert.True(each <= bytesPerToken, $"a token allocates {each} bytes");
        Assert.True(each > 0, "nothing was counted");
    }

    [Fact]
    public async Task A_chunk_is_small_on_the_wire()
    {
        await using var silos = await TwoSilos.StartAsync();
        var serializer = silos.ReaderServices.GetRequiredService<Serializer>();
        var one = serializer.SerializeToArray(new TokenChunk([49_151], CachedTokens: 1000, QueueSeconds: 0.001)).Length;
        var many = serializer.SerializeToArray(new TokenChunk([.. Enumerable.Repeat(49_151, 101)], CachedTokens: 1000, QueueSeconds: 0.001)).Length;
        output.WriteLine($"measured: a chunk of one token is {one} bytes, of 101 tokens {many}");
        Assert.InRange(one, 1, 40);
        Assert.InRange((many - one) / 100.0, 1, 4.1);
    }

    private static async Task OneByOneAsync(TwoSilos silos, IAsyncEnumerator<TokenChunk> stream, int tokens)
    {
        for (var token = 0; token < tokens; token++)
        {
            var next = stream.MoveNextAsync().AsTask();
            silos.Gate.Permit();
            Assert.True(await Wait.ForAsync(next, "a token"));
            Assert.Single(stream.Current.Tokens);
        }
    }
}

[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;
