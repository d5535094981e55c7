using System.Net;
using Preble.Api.Tests.Fakes;
using Preble.Core.Text;

namespace Preble.Api.Tests;

public sealed class RequestCountTests
{
    [Fact]
    public async Task A_request_that_meets_a_bug_is_counted()
    {
        var model = ApiHost.ModelFacts with { Template = new BrokenTemplate() };
        await using var host = await ApiHost.StartAsync(new ScriptedGrains(), model: model);

        // The first scrape starts the counting.
        await host.Http.GetStringAsync("/metrics");
        using var response = await host.ChatAsync("""{"model":"tiny","messages":[{"role":"user","content":"Hi"}]}""");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains(
            """preble_requests_total{model="tiny",reason="internal_error"} 1""",
            await host.Http.GetStringAsync("/metrics"),
            StringComparison.Ordinal);
    }

    private sealed class BrokenTemplate : IChatTemplate
    {
        public string Render(IReadOnlyDictionary<string, object?> variables) => throw new InvalidOperationException("a bug");
    }
}
