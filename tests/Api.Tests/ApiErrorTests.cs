using System.Net;
using System.Text;
using System.Text.Json;
using Preble.Api.Tests.Fakes;

namespace Preble.Api.Tests;

/// <summary>Every row of the table of errors, and the way from a refusal to its answer.</summary>
public sealed class ApiErrorTests
{
    private const string Question = """{"model":"tiny","messages":[{"role":"user","content":"Hi"}]}""";

    [Fact]
    public void The_table_is_as_agreed()
    {
        var rows = Enum.GetValues<ApiErrorKind>().Select(kind => (kind, row: ApiErrors.Row(kind)))
            .Select(entry => $"{entry.kind} {entry.row.Status} {entry.row.Type} {entry.row.Code}\n");
        GoldenFile.Equal("errors.txt", Encoding.UTF8.GetBytes(string.Concat(rows)));
    }

    [Theory]
    [InlineData(RejectionReason.QueueFull, 2.5, 429, "queue_full", "3")]
    [InlineData(RejectionReason.QueueFull, 0, 429, "queue_full", "1")]
    [InlineData(RejectionReason.TargetUnreachable, 7, 429, "queue_full", "7")]
    [InlineData(RejectionReason.NoWorker, 0, 503, "no_worker", "1")]
    [InlineData(RejectionReason.Draining, 0, 503, "draining", "5")]
    [InlineData(RejectionReason.PromptTooLong, 0, 400, "context_length_exceeded", null)]
    [InlineData(RejectionReason.UnknownModel, 0, 404, "model_not_found", null)]
    [InlineData(RejectionReason.DuplicateRequest, 0, 500, "internal_error", null)]
    [InlineData(RejectionReason.InvalidRequest, 0, 500, "internal_error", null)]
    public async Task A_refusal_has_its_status_and_tells_when_to_come_back(
        RejectionReason reason, double retryAfterSeconds, int status, string code, string? retryAfter)
    {
        var grains = new ScriptedGrains { Refusal = new Rejection(reason, "Refused.", retryAfterSeconds) };
        await using var host = await ApiHost.StartAsync(grains);
        foreach (var body in new[] { Question, Question.Replace("\"model\"", "\"stream\":true,\"model\"", StringComparison.Ordinal) })
        {
            using var response = await host.ChatAsync(body);
            Assert.Equal((HttpStatusCode)status, response.StatusCode);
            Assert.Equal(retryAfter, response.Headers.TryGetValues("Retry-After", out var values) ? values.Single() : null);
            Assert.Equal(code, await CodeAsync(response));
        }
    }

    [Fact]
    public async Task Our_own_mistakes_give_500_with_the_request_id_and_nothing_internal()
    {
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop, "x"));
        await using var host = await ApiHost.StartAsync(grains, model: ApiHost.ModelFacts with { BlockSize = 0 });
        using var response = await host.ChatAsync(Question);
        var body = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("00000000000000000000000000000007", body, StringComparison.Ordinal);
        Assert.DoesNotContain("BlockSize", body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Exception", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_ten_megabytes_gives_413_with_or_without_an_announced_length()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains());
        var body = Encoding.UTF8.GetBytes("{\"model\":\"" + new string('x', 10_000_000) + "\"}");
        using var announced = await host.PostAsync("/v1/chat/completions", body);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, announced.StatusCode);
        Assert.Equal("body_too_large", await CodeAsync(announced));

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new ByteArrayContent(body) };
        request.Headers.TransferEncodingChunked = true;
        using var chunked = await host.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, chunked.StatusCode);
    }

    [Fact]
    public async Task A_body_just_under_the_limit_is_read()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains());
        using var response = await host.PostAsync("/v1/chat/completions", Encoding.UTF8.GetBytes($"{{\"model\":\"{new string('x', ApiLimits.BodyBytes - 12)}\"}}"));
        Assert.Equal("model_not_found", await CodeAsync(response));
    }

    internal static async Task<string?> CodeAsync(HttpResponseMessage response)
    {
        using var body = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return body.RootElement.GetProperty("error").GetProperty("code").GetString();
    }
}
