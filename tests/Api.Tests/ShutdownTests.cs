using System.Net;
using System.Runtime.CompilerServices;
using Preble.Api.Tests.Fakes;
using Preble.Testing;

namespace Preble.Api.Tests;

/// <summary>The end of the server: nobody new enters, those inside finish or are told.</summary>
public sealed class ShutdownTests
{
    private const string Streamed = """{"model":"tiny","prompt":"Hi","max_tokens":12,"stream":true}""";

    [Fact]
    public async Task Streams_finish_while_new_requests_are_refused()
    {
        var mayEnd = new TaskCompletionSource();
        var grains = new ScriptedGrains().Worker("w0", (_, cancellation) => HeldAsync(mayEnd.Task, cancellation));
        await using var host = await ApiHost.StartAsync(grains);
        using var stream = await StreamAsync(host);
        var stopping = host.StopAsync();
        await Wait.UntilAsync(() => host.Gate.Draining, "the gate drains");

        using var refused = await host.PostAsync("/v1/completions", Streamed);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.True(refused.Headers.Contains("Retry-After"));
        using var ready = await host.Http.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.False(stopping.IsCompleted);

        mayEnd.SetResult();
        Assert.EndsWith("data: [DONE]\n\n", await stream.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Wait.ForAsync(stopping, "the host stops");
    }

    [Fact]
    public async Task Streams_that_do_not_finish_in_time_are_told()
    {
        var time = new ManualTimeProvider();
        var grains = new ScriptedGrains().Worker("w0", (_, cancellation) => HeldAsync(new TaskCompletionSource().Task, cancellation));
        await using var host = await ApiHost.StartAsync(grains, time);
        using var stream = await StreamAsync(host);
        var others = time.ArmedTimers;
        var stopping = host.StopAsync();
        await Wait.UntilAsync(() => host.Gate.Draining && time.ArmedTimers > others, "the gate waits for its time");
        time.Advance(TimeSpan.FromSeconds(25));
        Assert.Contains("\"code\":\"draining\"", await stream.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Wait.ForAsync(stopping, "the host stops");
    }

    [Fact]
    public async Task A_server_told_to_hurry_does_not_wait_for_its_streams()
    {
        var grains = new ScriptedGrains().Worker("w0", (_, cancellation) => HeldAsync(new TaskCompletionSource().Task, cancellation));
        await using var host = await ApiHost.StartAsync(grains, new ManualTimeProvider());
        using var stream = await StreamAsync(host);
        var stopping = host.StopAsync();
        await Wait.UntilAsync(() => host.Gate.Draining, "the gate drains");
        Assert.False(stopping.IsCompleted);
        host.Gate.HurryUp();
        Assert.Contains("\"code\":\"draining\"", await stream.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Wait.ForAsync(stopping, "the host stops");
    }

    [Fact]
    public async Task Readiness_needs_a_healthy_worker()
    {
        var grains = new ScriptedGrains { Healthy = false }.Worker("w0", ScriptedGrains.Says(FinishReason.Stop));
        await using var host = await ApiHost.StartAsync(grains);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.Http.GetAsync("/health/ready")).StatusCode);
        grains.Healthy = true;
        Assert.Equal(HttpStatusCode.OK, (await host.Http.GetAsync("/health/ready")).StatusCode);
    }

    private static async Task<HttpResponseMessage> StreamAsync(ApiHost host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = new StringContent(Streamed) };
        return await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async IAsyncEnumerable<TokenChunk> HeldAsync(Task mayEnd, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return new TokenChunk(ScriptedGrains.Tokens("Hello"));
        await mayEnd.WaitAsync(cancellation);
        yield return new TokenChunk([], FinishReason.Stop);
    }
}
