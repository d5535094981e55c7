using Preble.Simulation.Workloads;

namespace Preble.Simulation.Tests;

/// <summary>Workloads of rivals' benchmarks, the mix, repeated prompts, and arrivals from a file, against what they state.</summary>
public sealed class SettingTests
{
    [Theory]
    [InlineData("generated-shared-prefix", 64, 16, 2048, 128, 256)]
    [InlineData("37-capacity", 83, 3, 8000, 1000, 1000)]
    [InlineData("precise-guide", 150, 5, 6000, 1200, 1000)]
    public void A_load_generator_sends_each_prompt_of_each_group_before_any_comes_again(
        string name, int groups, int each, int system, int question, int output)
    {
        var requests = Simulations.Workload(name, groups * each * 2, 10).Arrivals().ToList();
        var first = requests.Take(groups * each).ToList();
        Assert.All(requests, request => Assert.Equal((system + question, output), (request.PromptTokens, request.OutputTokens)));
        Assert.Equal(groups, first.Select(request => request.Segments[0].Id).Distinct().Count());
        Assert.Equal(groups * each, first.Select(request => request.Segments[1].Id).Distinct().Count());
        Assert.All(first.CountBy(request => request.Segments[0].Id), group => Assert.Equal(each, group.Value));
        Assert.Equal(first.Select(request => request.Segments[1].Id), requests.Skip(groups * each).Select(request => request.Segments[1].Id));
    }

    [Fact]
    public void The_shared_prompts_of_37_capacity_are_37_percent_of_the_caches()
    {
        var entry = WorkloadCatalog.Find("37-capacity")!;
        Assert.Equal(0.37, 83.0 * 8000 / (entry.Workers * entry.KvTokens), 0.002);
    }

    [Theory]
    [InlineData("toolbench", 1835, 742)]
    [InlineData("video", 9865, 5976)]
    [InlineData("documents", 23474, 6105)]
    public void Prompts_have_the_mean_and_deviation_of_table_1(string name, double mean, double deviation)
    {
        // The longest are cut, by the context and by the spread itself, so the deviation falls short.
        var lengths = Simulations.Workload(name, 20_000, 9, prefixes: 5000).Arrivals().Select(request => (double)request.PromptTokens).ToList();
        var average = lengths.Average();
        Assert.InRange(average / mean, 0.93, 1.07);
        Assert.InRange(Math.Sqrt(lengths.Average(length => (length - average) * (length - average))) / deviation, 0.8, 1.15);
    }

    [Theory]
    [InlineData("toolbench")]
    [InlineData("low-sharing")]
    [InlineData("generated-shared-prefix")]
    public void Poisson_arrivals_come_at_the_rate_and_as_irregularly_as_they_should(string name)
    {
        var times = Simulations.Workload(name, 20_000, 9).Arrivals().Select(request => request.Arrival.TotalSeconds).ToList();
        var gaps = times.Zip(times.Skip(1), (one, next) => next - one).ToList();
        var mean = gaps.Average();
        Assert.InRange(mean * 9, 0.97, 1.03);
        Assert.InRange(Math.Sqrt(gaps.Average(gap => (gap - mean) * (gap - mean))) / mean, 0.95, 1.05);
    }

    [Fact]
    public void A_mix_is_half_tools_and_half_videos_in_order_of_time_with_numbers_of_their_own()
    {
        var requests = Simulations.Workload("mixed", 4000, 8, workers: 4).Arrivals().ToList();
        Assert.Equal(4000, requests.Select(request => request.Number).Distinct().Count());
        Assert.Equal(requests.OrderBy(request => request.Arrival), requests);
        Assert.Equal(2000, requests.Count(request => request.OutputLimit == 16));
        Assert.InRange(requests[^1].Arrival.TotalSeconds, 450, 550);
    }

    [Fact]
    public void Questions_drawn_with_replacement_make_whole_prompts_repeat_with_the_same_answer()
    {
        var options = new WorkloadOptions(6000, 9, 100, 0, 1, 32_768) { Questions = 30 };
        var requests = new ToolUse(options).Arrivals().ToList();
        var prompts = requests.GroupBy(request => string.Join('/', request.Segments)).ToList();

        // 6000 draws out of 3000 leave 3000 · (1 − e⁻²) seen.
        Assert.InRange(prompts.Count, 2500, 2690);
        Assert.All(prompts, prompt => Assert.Single(prompt.Select(request => request.OutputTokens).Distinct()));
        Assert.InRange(requests.Average(request => request.PromptTokens) / 1835, 0.9, 1.1);
    }

    [Fact]
    public void Arrivals_come_from_a_file_scaled_or_at_a_rate_and_end_with_it()
    {
        var path = Path.Combine(Path.GetTempPath(), $"preble-arrivals-{Environment.ProcessId}.csv");
        File.WriteAllLines(path, [
            "TIMESTAMP,ContextTokens,GeneratedTokens", "2023-11-16 18:17:03.9799600,4808,10", "2023-11-16 18:17:04.9799600,3180,8",
            "2023-11-16 18:17:06.9799600,110,27"]);
        var (scaled, atRate) = (ArrivalFile.Read(path, rate: 0, scale: 0.7), ArrivalFile.Read(path, rate: 10, scale: 0.7));
        File.Delete(path);
        Assert.Equal([0, 0.7, 2.1], scaled.Select(time => Math.Round(time.TotalSeconds, 6)));
        Assert.Equal([0, 0.1, 0.3], atRate.Select(time => Math.Round(time.TotalSeconds, 6)));
        var requests = new ToolUse(new WorkloadOptions(10, 0, 5, 0, 1, 32_768) { ArrivalTimes = scaled }).Arrivals().ToList();
        Assert.Equal(scaled, requests.Select(request => request.Arrival));
    }

    [Theory]
    [InlineData("mixed", "e2")]
    [InlineData("generated-shared-prefix", "weighted")]
    [InlineData("37-capacity", "e2")]
    public void The_same_seed_gives_the_same_figures(string workload, string policy)
    {
        string Once(ulong seed) => Simulations.Numbers(Simulations.Run(Simulations.Options(policy: policy, seed: seed), Simulations.Workload(workload, 60, 6, seed)));
        Assert.Equal(Once(3), Once(3));
        Assert.NotEqual(Once(3), Once(4));
    }
}
