using Preble.Core.Tokens;
using Preble.Simulation.Workloads;

namespace Preble.Simulation.Tests;

/// <summary>Table 1 of the paper (App. A): prompt and output lengths, and what is shared.</summary>
public sealed class WorkloadTests
{
    [Theory]
    [InlineData("toolbench", 1835, 43)]
    [InlineData("programming", 3871, 150)]
    [InlineData("video", 9865, 4)]
    [InlineData("documents", 23474, 16)]
    public void Lengths_are_those_of_table_1(string workload, double prompt, double output)
    {
        var requests = Simulations.Workload(workload, 20_000, 9, prefixes: 3000).Arrivals().ToList();
        Assert.InRange(requests.Average(request => request.PromptTokens) / prompt, 0.93, 1.07);
        Assert.InRange(requests.Average(request => request.OutputTokens) / output, 0.85, 1.15);
    }

    [Fact]
    public void An_agent_extends_what_it_was_answered()
    {
        var workload = Simulations.Workload("agent", 2000, 9, prefixes: 10);
        var first = workload.Arrivals().First();
        first.MakePrompt();
        var output = Enumerable.Range(0, first.OutputTokens).Select(_ => first.Sample()).ToArray();
        var second = workload.After(first, TimeSpan.FromSeconds(100))!;
        second.MakePrompt();
        int[] known = [.. first.Prompt, .. output[..^1]];
        Assert.Equal(known, second.Prompt.Take(known.Length));
        Assert.Equal(SimulatedRequest.StopToken, output[^1]);
    }

    [Fact]
    public void Requests_share_tokens_exactly_as_far_as_they_share_segments()
    {
        var requests = Simulations.Workload("toolbench", 40, 9, prefixes: 2).Arrivals().ToList();
        requests.ForEach(request => request.MakePrompt());
        foreach (var (one, other) in requests.Zip(requests.Skip(1)))
        {
            var alike = one.Prompt.Zip(other.Prompt).TakeWhile(pair => pair.First == pair.Second).Count();
            var shared = one.Segments.Zip(other.Segments).TakeWhile(pair => pair.First == pair.Second).Sum(pair => pair.First.Tokens);
            Assert.InRange(alike, shared, shared + 2);
        }
    }

    [Theory]
    [InlineData("toolbench")]
    [InlineData("agent")]
    public void Remembered_hashes_are_those_of_the_tokens(string workload)
    {
        var (source, hashes) = (Simulations.Workload(workload, 200, 9, prefixes: 3), new PromptHashes());
        foreach (var first in source.Arrivals().Take(100))
        {
            for (var request = first; request is not null && request.Turn < 20; request = source.After(request, request.Arrival))
            {
                request.MakePrompt();
                Assert.True(BlockHasher.Hash(request.Prompt.AsSpan(), 16, "").SequenceEqual(hashes.Of(request)), $"{request.Id}");
            }
        }
    }

    [Fact]
    public void A_popularity_of_zipf_draws_the_first_more_often()
    {
        var random = SimulationRandom.For(1, 1);
        var popularity = new Popularity(100, 1.1);
        var draws = Enumerable.Range(0, 20_000).Select(_ => popularity.Draw(random)).CountBy(number => number).ToDictionary();
        Assert.InRange((double)draws[0] / draws[9], 9, 17);
        Assert.True(draws.Keys.Min() == 0 && draws.Keys.Max() == 99);
    }

    [Fact]
    public void Traces_are_read_with_what_they_share()
    {
        var path = Path.Combine(Path.GetTempPath(), $"preble-trace-{Environment.ProcessId}.jsonl");
        File.WriteAllLines(path, [
            """{"timestamp": 0, "input_length": 1100, "output_length": 5, "hash_ids": [1, 2, 3]}""",
            """{"timestamp": 500, "input_length": 1030, "output_length": 7, "hash_ids": [1, 2, 9]}"""]);
        var requests = new MooncakeTrace(path, new WorkloadOptions(10, 0, 0, 0, 1, 32_768)).Arrivals().ToList();
        File.WriteAllLines(path, ["TIMESTAMP,ContextTokens,GeneratedTokens", "2023-11-16 18:17:03.9799600,4808,10", "2023-11-16 18:17:04.0319600,3180,8"]);
        var azure = new AzureTrace(path, new WorkloadOptions(10, 0, 0, 0, 1, 32_768)).Arrivals().ToList();
        File.Delete(path);
        Assert.Equal([(1100, 5, 0.0), (1030, 7, 0.5)], requests.Select(request => (request.PromptTokens, request.OutputTokens, request.Arrival.TotalSeconds)));
        Assert.Equal(requests[0].Segments.Take(2), requests[1].Segments.Take(2));
        Assert.NotEqual(requests[0].Segments[2].Id, requests[1].Segments[2].Id);
        Assert.Equal([(4808, 10, 0.0), (3180, 8, 0.052)], azure.Select(request => (request.PromptTokens, request.OutputTokens, request.Arrival.TotalSeconds)));
    }
}
