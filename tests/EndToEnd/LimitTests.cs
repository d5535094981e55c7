using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Preble.Testing;

namespace Preble.EndToEnd;

/// <summary>Priorities, time-outs and readers that do not read, against the real process: each ends as documented and disturbs nobody.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task A_full_batch_times_out_who_waits_and_lets_a_higher_priority_overtake()
    {
        var (preble, address) = await PrebleProcess.ServeAsync("--batch", "1");
        await using var _ = preble;
        using var http = ServerFixture.NewHttp(address);
        var (response, reader) = await Rest.LongStreamAsync(http, 6000);

        using var late = await Rest.PostAsync(http, "/v1/completions", Question("\"timeout\":0.5"));
        Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
        Assert.Equal("request_timeout", (await Rest.JsonAsync(late)).GetProperty("error").GetProperty("code").GetString());

        // Both wait behind the stream; the second comes later and is served first. The first is long, so that its answer cannot
        // overtake on the way back.
        var order = new ConcurrentQueue<string>();
        var common = AskAsync("common", "\"max_tokens\":60");
        await WaitingAsync(1);
        var urgent = AskAsync("urgent", "\"max_tokens\":1,\"priority\":-10");
        await WaitingAsync(2);
        reader.Dispose();
        response.Dispose();
        await Wait.ForAsync(Task.WhenAll(common, urgent), "both answers");
        Assert.Equal(["urgent", "common"], order);

        async Task AskAsync(string name, string fields)
        {
            using var answer = await Rest.PostAsync(http, "/v1/completions", Question(fields));
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
            order.Enqueue(name);
        }

        Task WaitingAsync(int count) =>
            Wait.UntilAsync(async () => await Rest.MetricAsync(http, "preble_requests_waiting") == count, $"{count} requests wait");
    }

    [Fact]
    public async Task A_time_out_in_flight_gives_the_tokens_so_far()
    {
        var (preble, address) = await PrebleProcess.ServeAsync();
        await using var _ = preble;
        using var http = ServerFixture.NewHttp(address);
        using var response = await Rest.PostAsync(http, "/v1/completions", Question("\"timeout\":1.5,\"max_tokens\":6000"));
        var answer = await Rest.JsonAsync(response);
        Assert.True(response.IsSuccessStatusCode, answer.ToString());
        var choice = answer.GetProperty("choices")[0];
        Assert.Equal("length", choice.GetProperty("finish_reason").GetString());
        Assert.InRange(answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32(), 1, 5999);
        Assert.NotEqual("", choice.GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_socket_that_stops_reading_is_cut_while_others_are_served()
    {
        var (preble, address) = await PrebleProcess.ServeAsync("--slow-reader-seconds", "1");
        await using var _ = preble;
        using var http = ServerFixture.NewHttp(address);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, address.Port);

        // Eight choices fill what lies between worker and socket eight times as fast.
        var body = Question("\"stream\":true,\"n\":8,\"max_tokens\":6000");
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        var first = new byte[64];
        Assert.True(await socket.ReceiveAsync(first) > 0);
        Assert.StartsWith("HTTP/1.1 200", Encoding.ASCII.GetString(first), StringComparison.Ordinal);
        var (response, reader) = await Rest.LongStreamAsync(http, 300);

        await Wait.UntilAsync(async () => await CutAsync(http) == 8, "the eight choices are cut");
        Assert.EndsWith("data: [DONE]\n\n", await reader.ReadToEndAsync(), StringComparison.Ordinal);
        await Wait.UntilAsync(async () => await Rest.MetricAsync(http, "preble_kv_cache_usage") == 0, "all blocks are free");
        using var after = await Rest.PostAsync(http, "/v1/completions", Question("\"max_tokens\":1"));
        Assert.True(after.IsSuccessStatusCode);

        // What was on its way is still there, and then the end that says why.
        using var rest = new StreamReader(new NetworkStream(socket));
        var text = await rest.ReadToEndAsync();
        Assert.Contains("\"code\":\"slow_reader\"", text, StringComparison.Ordinal);
        Assert.Contains("data: [DONE]", text, StringComparison.Ordinal);
        reader.Dispose();
        response.Dispose();
    }

    private static async Task<double> CutAsync(HttpClient http)
    {
        var text = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return text.Contains("preble_slow_readers_total{", StringComparison.Ordinal) ? await Rest.MetricAsync(http, "preble_slow_readers_total") : 0;
    }

    private static string Question(string fields) =>
        $$"""{"model":{{JsonSerializer.Serialize(ServerFixture.Model)}},"prompt":"1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,","temperature":0,{{fields}}}""";
}
