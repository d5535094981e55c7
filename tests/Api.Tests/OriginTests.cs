using System.Text.Json;
using Preble.Api.Tests.Fakes;

namespace Preble.Api.Tests;

/// <summary>What the scheduler hears of a request beside its prompt: priority, tenant, session and target, and never their words.</summary>
public sealed class OriginTests
{
    [Fact]
    public async Task Everything_reaches_the_scheduler()
    {
        var query = await QueryAsync("""{"model":"tiny","prompt":"Hi","priority":-3}""", ("X-Tenant-Id", "acme"), ("X-Session-Id", "s1"), ("X-TTFT-Target-Ms", "250.5"));
        Assert.Equal((-3, "acme", 0.2505), (query.Priority, query.Tenant, query.TtftTargetSeconds));
        Assert.Equal(SessionKey.Of("s1", null, null), query.SessionHash);
    }

    [Fact]
    public async Task The_header_goes_before_the_key_and_the_key_before_the_user()
    {
        const string Both = """{"model":"tiny","prompt":"Hi","prompt_cache_key":"k","user":"u"}""";
        Assert.Equal(SessionKey.Of("s", null, null), (await QueryAsync(Both, ("X-Session-Id", "s"))).SessionHash);
        Assert.Equal(SessionKey.Of(null, "k", null), (await QueryAsync(Both)).SessionHash);
        Assert.Equal(SessionKey.Of(null, null, "u"), (await QueryAsync("""{"model":"tiny","prompt":"Hi","user":"u"}""")).SessionHash);
        var nothing = await QueryAsync("""{"model":"tiny","prompt":"Hi"}""", ("X-Session-Id", ""));
        Assert.Equal((0UL, 0.0), (nothing.SessionHash, nothing.TtftTargetSeconds));
    }

    [Fact]
    public void A_hash_is_the_same_everywhere_and_differs_by_kind()
    {
        // The first eight bytes of SHA-256("s:abc"), little-endian.
        Assert.Equal(0x854C71DA8503FFEFUL, SessionKey.Of("abc", null, null));
        Assert.Equal(3, new[] { SessionKey.Of("a", null, null), SessionKey.Of(null, "a", null), SessionKey.Of(null, null, "a") }.Distinct().Count());
    }

    [Theory]
    [InlineData("X-TTFT-Target-Ms", "soon")]
    [InlineData("X-TTFT-Target-Ms", "0")]
    [InlineData("X-TTFT-Target-Ms", "-5")]
    [InlineData("X-TTFT-Target-Ms", "NaN")]
    [InlineData("X-TTFT-Target-Ms", "3600001")]
    [InlineData("X-Session-Id", "long")]
    [InlineData("X-Tenant-Id", "long")]
    public async Task A_wrong_header_is_400_and_named(string name, string value)
    {
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop, "x"));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await SendAsync(host, """{"model":"tiny","prompt":"Hi"}""", (name, value == "long" ? new string('x', 257) : value));
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Equal((400, name), ((int)response.StatusCode, error.GetProperty("param").GetString()));
        Assert.Empty(grains.Queries);
    }

    [Fact]
    public async Task A_long_prompt_cache_key_is_400()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains());
        var key = new string('k', 257);
        using var response = await SendAsync(host, $$"""{"model":"tiny","prompt":"Hi","prompt_cache_key":"{{key}}"}""");
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Equal((400, "prompt_cache_key"), ((int)response.StatusCode, error.GetProperty("param").GetString()));
    }

    private static async Task<PlacementQuery> QueryAsync(string body, params (string Name, string Value)[] headers)
    {
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop, "x"));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await SendAsync(host, body, headers);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return Assert.Single(grains.Queries);
    }

    private static async Task<HttpResponseMessage> SendAsync(ApiHost host, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = new StringContent(body) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await host.Http.SendAsync(request);
    }
}
