using System.Net;
using System.Text;
using System.Text.Json;
using Preble.Api.Tests.Fakes;

namespace Preble.Api.Tests;

/// <summary>Bad input: every 400 names the parameter and leaves the workers alone.</summary>
public sealed class ValidationTests
{
    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}]}""", "model", "missing_required_parameter")]
    [InlineData("""{"model":"tiny"}""", "messages", "missing_required_parameter")]
    [InlineData("""{"model":"tiny","messages":[]}""", "messages", "invalid_value")]
    [InlineData("""{"model":"tiny","messages":[null]}""", "messages[0]", "invalid_type")]
    [InlineData("""{"model":"tiny","messages":[{"content":"Hi"}]}""", "messages[0].role", "missing_required_parameter")]
    [InlineData("""{"model":"tiny","messages":[{"role":"king","content":"Hi"}]}""", "messages[0].role", "invalid_value")]
    [InlineData("""{"model":"tiny","messages":[{"role":"user"}]}""", "messages[0].content", "missing_required_parameter")]
    [InlineData("""{"model":"tiny","messages":[{"role":"user","content":null}]}""", "messages[0].content", "missing_required_parameter")]
    [InlineData("""{"model":"tiny","messages":[{"role":"user","content":7}]}""", "messages[0].content", "invalid_type")]
    [InlineData("""{"model":"tiny","messages":[{"role":"user","content":[{"text":"Hi"}]}]}""", "messages[0].content[0].type", "missing_required_parameter")]
    [InlineData("""{"model":"tiny","messages":[{"role":"user","content":[{"type":"text"}]}]}""", "messages[0].content[0].text", "missing_required_parameter")]
    [InlineData("""{"model":"tiny","messages":[{"role":"user","content":[{"type":"image_url"}]}]}""", "messages[0].content[0].type", "unsupported_parameter")]
    [InlineData("""{"model":"tiny","messages":[{"role":"assistant","content":"Hi"}]}""", "messages", "invalid_value")]
    [InlineData("""{"model":"tiny","messages":"Hi"}""", "messages", "invalid_type")]
    [InlineData("""{"model":7}""", "model", "invalid_type")]
    [InlineData("""[]""", "body", "invalid_type")]
    [InlineData("""null""", "body", "invalid_type")]
    [InlineData("""{"model":"tiny","messages":[{"role":"user","content":"Hi"}],"stream":"yes"}""", "stream", "invalid_type")]
    [InlineData("""{"model":"tiny","messages":[{"role":"user","content":"Hi"}],"stop":7}""", "stop", "invalid_type")]
    public Task A_malformed_conversation_is_refused(string body, string param, string code) => RefusedAsync("/v1/chat/completions", body, param, code);

    [Theory]
    [InlineData("max_tokens", "0", "invalid_value")]
    [InlineData("max_tokens", "-1", "invalid_value")]
    [InlineData("max_tokens", "1.5", "invalid_type")]
    [InlineData("max_tokens", "\"5\"", "invalid_type")]
    [InlineData("max_tokens", "99999999999", "invalid_type")]
    [InlineData("max_completion_tokens", "0", "invalid_value")]
    [InlineData("temperature", "-0.1", "invalid_value")]
    [InlineData("temperature", "2.1", "invalid_value")]
    [InlineData("temperature", "1e999", "invalid_value")]
    [InlineData("temperature", "\"hot\"", "invalid_type")]
    [InlineData("top_p", "1.1", "invalid_value")]
    [InlineData("top_k", "-2", "invalid_value")]
    [InlineData("min_p", "-1", "invalid_value")]
    [InlineData("repetition_penalty", "0", "invalid_value")]
    [InlineData("presence_penalty", "2.5", "invalid_value")]
    [InlineData("frequency_penalty", "-2.5", "invalid_value")]
    [InlineData("seed", "1.5", "invalid_type")]
    [InlineData("n", "0", "invalid_value")]
    [InlineData("n", "9", "invalid_value")]
    [InlineData("stop", "\"\"", "invalid_value")]
    [InlineData("stop", "[\"a\",null]", "invalid_value")]
    [InlineData("stop", "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]", "invalid_type")]
    [InlineData("stream_options", "{\"include_usage\":true}", "invalid_value")]
    [InlineData("logprobs", "true", "unsupported_parameter")]
    [InlineData("top_logprobs", "3", "unsupported_parameter")]
    [InlineData("logit_bias", "{\"5\":1}", "unsupported_parameter")]
    [InlineData("response_format", "{\"type\":\"json_object\"}", "unsupported_parameter")]
    [InlineData("tool_choice", "\"required\"", "unsupported_parameter")]
    [InlineData("tools", "{}", "invalid_type")]
    [InlineData("priority", "-101", "invalid_value")]
    [InlineData("priority", "101", "invalid_value")]
    [InlineData("priority", "0.5", "invalid_type")]
    [InlineData("timeout", "0", "invalid_value")]
    [InlineData("timeout", "-1", "invalid_value")]
    [InlineData("timeout", "86401", "invalid_value")]
    [InlineData("timeout", "1e999", "invalid_value")]
    [InlineData("timeout", "\"soon\"", "invalid_type")]
    [InlineData("cache_pin_seconds", "-0.5", "invalid_value")]
    [InlineData("cache_pin_seconds", "86401", "invalid_value")]
    [InlineData("cache_pin_seconds", "true", "invalid_type")]
    [InlineData("user", "\"a\\nb\"", "invalid_value")]
    [InlineData("user", "7", "invalid_type")]
    public Task A_wrong_value_is_refused(string param, string value, string code) => RefusedAsync(
        "/v1/chat/completions",
        "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"" + param + "\":" + value + "}",
        param,
        code);

    [Theory]
    [InlineData("""{"model":"tiny"}""", "prompt", "missing_required_parameter")]
    [InlineData("""{"model":"tiny","prompt":""}""", "prompt", "invalid_value")]
    [InlineData("""{"model":"tiny","prompt":[]}""", "prompt", "unsupported_parameter")]
    [InlineData("""{"model":"tiny","prompt":["a","b"]}""", "prompt", "unsupported_parameter")]
    [InlineData("""{"model":"tiny","prompt":[1,258]}""", "prompt", "invalid_value")]
    [InlineData("""{"model":"tiny","prompt":[-1]}""", "prompt", "invalid_value")]
    [InlineData("""{"model":"tiny","prompt":{}}""", "prompt", "invalid_type")]
    [InlineData("""{"model":"tiny","prompt":"a","logprobs":1}""", "logprobs", "unsupported_parameter")]
    [InlineData("""{"model":"tiny","prompt":"a","echo":true}""", "echo", "unsupported_parameter")]
    [InlineData("""{"model":"tiny","prompt":"a","suffix":"b"}""", "suffix", "unsupported_parameter")]
    [InlineData("""{"model":"tiny","prompt":"a","best_of":3}""", "best_of", "unsupported_parameter")]
    public Task A_malformed_completion_is_refused(string body, string param, string code) => RefusedAsync("/v1/completions", body, param, code);

    public static TheoryData<string, byte[]> MalformedBodies => new()
    {
        { "empty", [] },
        { "not JSON", "What is the capital?"u8.ToArray() },
        { "cut", """{"model":"tiny","messages":["""u8.ToArray() },
        { "trailing comma", """{"model":"tiny",}"""u8.ToArray() },
        { "two values", "{} {}"u8.ToArray() },
        { "byte order mark", [0xEF, 0xBB, 0xBF, (byte)'{', (byte)'}'] },
        { "invalid UTF-8", [.. "{\"model\":\""u8, 0xC3, 0x28, .. "\"}"u8] },
        { "half a surrogate pair", """{"model":"\ud800"}"""u8.ToArray() },
        { "half a pair in a tool", """{"model":"tiny","messages":[{"role":"user","content":"Hi"}],"tools":[{"name":"\uD800"}]}"""u8.ToArray() },
        { "half a pair in a tool's choice", """{"model":"tiny","messages":[{"role":"user","content":"Hi"}],"tool_choice":"\udc00"}"""u8.ToArray() },
        { "half a pair in a call", """{"model":"tiny","messages":[{"role":"assistant","tool_calls":[{"\ud800":1}]}]}"""u8.ToArray() },
        { "a hundred levels", Encoding.UTF8.GetBytes(new string('[', 100)) },
    };

    [Theory]
    [MemberData(nameof(MalformedBodies))]
    public async Task A_body_that_is_no_json_gives_400(string what, byte[] body)
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains());
        using var response = await host.PostAsync("/v1/chat/completions", body);
        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, what);
        Assert.Equal("malformed_body", await ApiErrorTests.CodeAsync(response));
    }

    [Fact]
    public async Task An_unknown_model_gives_404_with_its_name() =>
        Assert.Contains("'gpt-4'", await RefusedAsync("/v1/chat/completions", """{"model":"gpt-4"}""", "model", "model_not_found", 404), StringComparison.Ordinal);

    [Fact]
    public async Task A_prompt_over_the_context_gives_400_with_the_numbers()
    {
        // The template adds 2 + "user\n" + "\n" and the 11 characters of "<start>assistant\n".
        var text = new string('x', ApiHost.ContextTokens);
        var message = await RefusedAsync(
            "/v1/chat/completions", $$"""{"model":"tiny","messages":[{"role":"user","content":"{{text}}"}]}""", "messages", "context_length_exceeded");
        Assert.Contains("256 tokens", message, StringComparison.Ordinal);
        Assert.Contains("275 tokens", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, 16)]
    [InlineData(16, 16)]
    [InlineData(15, 15)]
    [InlineData(null, 16)]
    public async Task What_is_asked_for_beyond_the_context_is_capped(int? asked, int given)
    {
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Length, "x"));
        await using var host = await ApiHost.StartAsync(grains);
        var prompt = new string('x', ApiHost.ContextTokens - 16);
        using var response = await host.PostAsync("/v1/completions", $$"""{"model":"tiny","prompt":"{{prompt}}","max_tokens":{{asked?.ToString() ?? "null"}}}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(given, Assert.Single(grains.Commands).Command.MaxOutputTokens);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1e-46")]
    [InlineData("5e-324")]
    public async Task A_nucleus_too_small_for_a_float_is_the_most_likely_token(string topP)
    {
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Length, "x"));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await host.PostAsync("/v1/completions", $$"""{"model":"tiny","prompt":"a","top_p":{{topP}}}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var sampling = Assert.Single(grains.Commands).Command.Sampling;
        Assert.Equal((1, 1f), (sampling.TopK, sampling.TopP));
    }

    private static async Task<string> RefusedAsync(string path, string body, string param, string code, int status = 400)
    {
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop, "x"));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await host.PostAsync(path, body);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        var error = answer.RootElement.GetProperty("error");
        Assert.Equal((status, param, code), ((int)response.StatusCode, error.GetProperty("param").GetString(), error.GetProperty("code").GetString()));
        Assert.Empty(grains.Queries);
        return error.GetProperty("message").GetString()!;
    }
}
