using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.AI;
using Preble.Api.Tests.Fakes;
using Preble.Client;

namespace Preble.Api.Tests;

/// <summary>Who gets in when keys are configured, and by which routes nobody is asked.</summary>
public sealed class ApiKeyTests
{
    private const string Key = "sk-a-key-of-enough-signs-1";
    private const string Named = "sk-a-key-of-enough-signs-2";
    private const string Question = """{"model":"tiny","messages":[{"role":"user","content":"Hi"}]}""";
    private static readonly ApiKeySource Two = new(Text: $"# ours\n{Key}\n{Named} acme # since May");

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic " + Key)]
    [InlineData(Key)]
    public async Task Without_a_key_the_answer_is_401_and_says_how_to_send_one(string? header)
    {
        using var response = await AskAsync(header);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        var body = await response.Content.ReadAsStringAsync();
        Assert.Contains("Authorization: Bearer", body, StringComparison.Ordinal);
        Assert.Contains("\"invalid_api_key\"", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer sk-a-key-of-enough-signs-3")]
    [InlineData("Bearer sk-a-key-of-enough-signs-")]
    [InlineData("Bearer " + Key + "1")]
    [InlineData("Bearer SK-A-KEY-OF-ENOUGH-SIGNS-1")]
    [InlineData("Bearer " + Key + " acme")]
    public async Task With_a_wrong_key_the_answer_is_401_and_does_not_repeat_it(string header)
    {
        using var response = await AskAsync(header);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        var body = await response.Content.ReadAsStringAsync();
        Assert.Contains("\"invalid_api_key\"", body, StringComparison.Ordinal);
        Assert.DoesNotContain("enough", body, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("Bearer " + Key)]
    [InlineData("bearer  " + Named)]
    public async Task With_any_of_the_keys_the_answer_comes(string header)
    {
        using var response = await AskAsync(header);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Only_probes_and_scrapes_are_open_and_what_is_no_route_is_not()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains(), keys: Two);
        var open = host.Routes.Where(route => route.Metadata.GetMetadata<OpenRoute>() is not null).Select(route => route.RoutePattern.RawText);
        Assert.Equal(["/health/live", "/health/ready", "/metrics"], open.Order(StringComparer.Ordinal));
        foreach (var route in host.Routes)
        {
            var method = route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0];
            using var request = new HttpRequestMessage(new HttpMethod(method), route.RoutePattern.RawText!.Replace("{id}", "x", StringComparison.Ordinal).Replace("{**id}", "x", StringComparison.Ordinal));
            using var response = await host.Http.SendAsync(request);
            var isOpen = route.Metadata.GetMetadata<OpenRoute>() is not null;
            Assert.True(isOpen == (response.StatusCode != HttpStatusCode.Unauthorized), $"{method} {route.RoutePattern.RawText}: {response.StatusCode}");
        }

        foreach (var path in new[] { "/", "/admin", "/v1", "/health", "/health/live/x", "/METRICS/x", "/v1//chat/completions" })
        {
            using var response = await host.Http.GetAsync(path);
            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, response.StatusCode));
        }
    }

    [Fact]
    public async Task A_named_key_is_its_tenants_whatever_the_request_says_and_another_says_it_itself()
    {
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop, "x"));
        await using var host = await ApiHost.StartAsync(grains, keys: Two);
        foreach (var key in new[] { Named, Key })
        {
            using var request = Post(host, "Bearer " + key);
            request.Headers.Add("X-Tenant-Id", "other");
            using var response = await host.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(["acme", "other"], grains.Queries.Select(query => query.Tenant));
    }

    [Fact]
    public async Task Our_client_sends_its_key_and_fails_without_one()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop, "Paris")), keys: Two);
        var options = new PrebleClientOptions { Endpoint = host.Http.BaseAddress!, Model = "tiny", ApiKey = Key };
        using var client = new PrebleChatClient(options);
        Assert.Equal("Paris", (await client.GetResponseAsync("Hi")).Text);
        using var without = new PrebleChatClient(options with { ApiKey = null });
        var failure = await Assert.ThrowsAsync<PrebleApiException>(() => without.GetResponseAsync("Hi"));
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_api_key"), ((HttpStatusCode)failure.Status, failure.Code));
    }

    private static async Task<HttpResponseMessage> AskAsync(string? header)
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop, "x")), keys: Two);
        using var request = Post(host, header);
        return await host.Http.SendAsync(request);
    }

    private static HttpRequestMessage Post(ApiHost host, string? authorization)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Http.BaseAddress!, "/v1/chat/completions"))
        {
            Content = new StringContent(Question, new MediaTypeHeaderValue("application/json")),
        };
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return request;
    }
}
