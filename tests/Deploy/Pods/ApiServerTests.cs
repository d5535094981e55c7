using System.Net;
using Preble.Hosting.Fleet;
using Preble.Hosting.Kubernetes;
using Preble.Testing;

namespace Preble.Deploy.Pods;

/// <summary>The one request to the API server, over TLS, and what is made of its answers.</summary>
public sealed class ApiServerTests : IAsyncLifetime
{
    private ApiServerStandIn _server = null!;
    private ApiServer _asker = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiServerStandIn.StartAsync();
        _asker = new ApiServer(_server.Address, _server.Account, "inference", new FleetOptions { ServiceId = "chat", ClusterId = "blue" });
    }

    public async Task DisposeAsync()
    {
        _asker.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task It_asks_for_the_fleets_pods_and_reads_names_addresses_and_ends()
    {
        _server.Body = """
            {"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"7"},"items":[
              {"metadata":{"name":"a","labels":{"x":"y"}},"spec":{},"status":{"phase":"Running","podIP":"10.0.0.1","podIPs":[{"ip":"10.0.0.1"},{"ip":"fd00::1"}]}},
              {"metadata":{"name":"b"},"status":{"phase":"Pending"}},
              {"metadata":{"name":"c"},"status":{"phase":"Failed","podIP":"10.0.0.3"}}]}
            """;
        var pods = await ListAsync();
        Assert.Equal(["a", "b", "c"], pods.Select(pod => pod.Name));
        Assert.Equal([IPAddress.Parse("10.0.0.1"), IPAddress.Parse("fd00::1")], pods[0].Addresses);
        Assert.Empty(pods[1].Addresses);
        Assert.Equal([false, false, true], pods.Select(pod => pod.HasEnded));
        Assert.Equal(
            "/api/v1/namespaces/inference/pods?labelSelector=orleans/serviceId=chat,orleans/clusterId=blue", Uri.UnescapeDataString(_server.Asked.Single().Target));
    }

    [Fact]
    public async Task The_token_is_read_again_for_each_request()
    {
        await ListAsync();
        _server.Token("second");
        await ListAsync();
        Assert.Equal(["Bearer first", "Bearer second"], _server.Asked.Select(one => one.Token));
    }

    [Fact]
    public async Task An_API_server_of_another_authority_is_not_believed_and_a_new_authority_is()
    {
        _server.TrustSomebodyElse();
        Assert.DoesNotContain("first", await ReasonAsync(), StringComparison.Ordinal);
        Assert.Empty(_server.Asked);
        _server.TrustAgain();
        Assert.Empty(await ListAsync());
    }

    [Theory]
    [InlineData(403, "{}", "it answers with status 403")]
    [InlineData(200, "not JSON", "no list of pods")]
    [InlineData(200, """{"kind":"Status"}""", "no list of pods")]
    [InlineData(200, """{"items":[{"metadata":{}}]}""", "no list of pods")]
    [InlineData(200, """{"items":[{"metadata":{"name":"a"},"status":{"podIP":"nowhere"}}]}""", "no list of pods")]
    [InlineData(200, """{"metadata":{"continue":"more"},"items":[]}""", "a part of the list")]
    public async Task Another_answer_is_no_list(int status, string body, string reason)
    {
        (_server.Status, _server.Body) = (status, body);
        Assert.Contains(reason, await ReasonAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_API_server_or_an_account_the_pods_are_unknown()
    {
        await _server.StopAsync();
        Assert.NotEmpty(await ReasonAsync());
        File.Delete(Path.Combine(_server.Account, "token"));
        Assert.Contains("the pod's account", await ReasonAsync(), StringComparison.Ordinal);
    }

    private Task<IReadOnlyList<Pod>> ListAsync() => Wait.ForAsync(_asker.ListAsync(CancellationToken.None), "the pods");

    private async Task<string> ReasonAsync() =>
        (await Wait.ForAsync(Assert.ThrowsAsync<PodsUnknownException>(() => _asker.ListAsync(CancellationToken.None)), "no answer")).Message;
}
