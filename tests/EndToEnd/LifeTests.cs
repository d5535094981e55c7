using System.Net;
using System.Text.RegularExpressions;
using Preble.Testing;
using Xunit.Abstractions;

namespace Preble.EndToEnd;

/// <summary>Servers with a life of their own: full queues, many workers, and the end.</summary>
public sealed class LifeTests(ITestOutputHelper output)
{
    [Fact]
    public async Task SIGTERM_lets_streams_finish_and_exits_with_0()
    {
        var (preble, address) = await PrebleProcess.ServeAsync();
        await using var _ = preble;
        using var http = ServerFixture.NewHttp(address);
        var (response, reader) = await Rest.LongStreamAsync(http, 60);
        await preble.TerminateAsync();
        Assert.EndsWith("data: [DONE]\n\n", await reader.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await preble.ExitAsync());

        // Nothing but what it waited for and its end.
        var said = preble.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(said.Length == 2, preble.Errors);
        Assert.Contains("Draining 1 requests, up to 25 s", said[0], StringComparison.Ordinal);
        Assert.Contains("0 requests were left", said[1], StringComparison.Ordinal);
        response.Dispose();
    }

    [Fact]
    public async Task SIGTERM_tells_streams_that_have_no_time_to_finish_and_exits_with_0()
    {
        var (preble, address) = await PrebleProcess.ServeAsync("--drain-seconds", "0");
        await using var _ = preble;
        using var http = ServerFixture.NewHttp(address);
        var (response, reader) = await Rest.LongStreamAsync(http, 6000);
        await preble.TerminateAsync();
        var rest = await reader.ReadToEndAsync();
        Assert.Contains("\"code\":\"draining\"", rest, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", rest, StringComparison.Ordinal);
        Assert.Equal(0, await preble.ExitAsync());
        response.Dispose();
    }

    [Fact]
    public async Task A_second_SIGTERM_ends_the_drain()
    {
        var (preble, address) = await PrebleProcess.ServeAsync("--drain-seconds", "3600");
        await using var _ = preble;
        using var http = ServerFixture.NewHttp(address);
        var (response, reader) = await Rest.LongStreamAsync(http, 6000);
        await preble.TerminateAsync();
        await Wait.UntilAsync(async () => !await ReadyAsync(http), "the server drains");
        await preble.TerminateAsync();
        Assert.Contains("\"code\":\"draining\"", await reader.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await preble.ExitAsync());
        response.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("coreclr")]
    [InlineData(".gguf")]
    public async Task SIGTERM_while_loading_exits_with_143(string mapped)
    {
        // The model is mapped for a moment only, which a look may miss.
        const int tries = 5;
        for (var attempt = 1; !await TerminatesWhileMappedAsync(mapped); attempt++)
        {
            Assert.NotEqual(tries, attempt);
        }
    }

    /// <summary>False when it listened before it was seen with that mapped.</summary>
    private static async Task<bool> TerminatesWhileMappedAsync(string mapped)
    {
        await using var preble = PrebleProcess.Start("serve", "--port", "0", "--calibration-cache", "off");

        // At the very start, with the runtime there, and in the middle of the model.
        var seen = false;
        await Wait.UntilAsync(
            async () =>
            {
                seen = (await File.ReadAllTextAsync($"/proc/{preble.Id}/maps")).Contains(mapped, StringComparison.Ordinal);
                return seen || preble.Output.Contains("listens", StringComparison.Ordinal);
            },
            $"'{mapped}' is mapped");
        if (!seen)
        {
            return false;
        }

        await preble.TerminateAsync();
        Assert.Equal(143, await preble.ExitAsync());
        Assert.DoesNotContain("listens", preble.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", preble.Errors, StringComparison.Ordinal);
        return true;
    }

    [Fact]
    public async Task A_full_queue_gives_429_and_says_when_to_come_back()
    {
        var (preble, address) = await PrebleProcess.ServeAsync("--queue", "1", "--batch", "1", "--scheduler-queue", "0");
        await using var _ = preble;
        using var http = ServerFixture.NewHttp(address);
        using var cancel = new CancellationTokenSource();
        var (response, reader) = await Rest.LongStreamAsync(http, 6000, cancel.Token);
        var crowd = Enumerable.Range(0, 4).Select(_ => Rest.LongStreamAsync(http, 6000, cancel.Token)).ToList();
        var json = $$"""{"model":"{{ServerFixture.Model}}","prompt":"Hi","max_tokens":1}""";

        // One of the crowd waits in the queue, the others and this one find it full.
        HttpResponseMessage? refused = null;
        await Wait.UntilAsync(
            async () =>
            {
                using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancel.Token);
                bound.CancelAfter(TimeSpan.FromSeconds(2));
                try
                {
                    refused = await Rest.PostAsync(http, "/v1/completions", json, bound.Token);
                    return refused.StatusCode == HttpStatusCode.TooManyRequests;
                }
                catch (OperationCanceledException)
                {
                    return false;
                }
            },
            "a request is refused");
        Assert.True(refused!.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal("queue_full", (await Rest.JsonAsync(refused)).GetProperty("error").GetProperty("code").GetString());
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => Task.WhenAll(crowd));
        reader.Dispose();
        response.Dispose();
    }

    [Fact]
    public async Task Four_workers_share_one_copy_of_the_weights()
    {
        const double kvMib = 64;
        var (one, _) = await ResidentMibAsync(workers: 1);
        var (resident, weights) = await ResidentMibAsync(workers: 4);
        var bound = weights + (4 * (kvMib + 64)) + 300;
        output.WriteLine($"measured: 1 worker holds {one:F0} MiB resident, 4 hold {resident:F0} MiB; the bound is {bound:F0} MiB");
        Assert.True(resident < bound, $"{resident:F0} MiB resident, {bound:F0} MiB allowed");

        // The bound is wide; three copies of the weights would fit in it but not in this.
        Assert.True(resident - one < 2 * weights, $"three more workers cost {resident - one:F0} MiB; the weights are {weights:F0} MiB");
    }

    private static async Task<bool> ReadyAsync(HttpClient http)
    {
        using var response = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        return response.IsSuccessStatusCode;
    }

    private static async Task<(double ResidentMib, double WeightsMib)> ResidentMibAsync(int workers)
    {
        var (preble, address) = await PrebleProcess.ServeAsync("--workers", $"{workers}", "--policy", "round-robin", "--kv-gib", "0.0625");
        await using var _ = preble;
        using var http = ServerFixture.NewHttp(address);
        var seen = new HashSet<string>();
        for (var i = 0; i < 2 * workers; i++)
        {
            var json = $$"""{"model":"{{ServerFixture.Model}}","prompt":"{{string.Concat(Enumerable.Repeat($"word{i} ", 100))}}","max_tokens":4}""";
            using var response = await Rest.PostAsync(http, "/v1/completions", json);
            seen.Add(response.Headers.GetValues("x-preble-worker").Single());
        }

        Assert.Equal(workers, seen.Count);
        var status = await File.ReadAllTextAsync($"/proc/{preble.Id}/status");
        return (Number(status, @"VmRSS:\s+(?<number>\d+) kB") / 1024, Number(preble.Output, @"(?<number>\d+) MiB of weights"));
    }

    private static double Number(string text, string pattern)
    {
        var match = Regex.Match(text, pattern, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        Assert.True(match.Success, $"no {pattern} in {text}");
        return double.Parse(match.Groups["number"].Value);
    }
}
