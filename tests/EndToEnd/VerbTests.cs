namespace Preble.EndToEnd;

/// <summary>The other verbs, as a user types them.</summary>
public sealed class VerbTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Chat_asks_a_running_server()
    {
        var (code, output, errors) = await PrebleProcess.RunAsync(null, "chat", "--url", server.Address.ToString(), "How many days has a week?");
        Assert.True(code == 0, errors);
        Assert.Equal("The answer is 7. A week is 7 days.", output.Trim());
    }

    [Fact]
    public async Task Chat_starts_a_server_of_its_own_and_reads_the_question_from_standard_input()
    {
        var (code, output, errors) = await PrebleProcess.RunAsync("How many days has a week?\n", "chat", "--max-tokens", "20");
        Assert.True(code == 0, errors);
        Assert.Contains("7", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_without_a_server_at_the_given_address_says_so()
    {
        var (code, _, errors) = await PrebleProcess.RunAsync(null, "chat", "--url", "http://127.0.0.1:1", "Hi");
        Assert.Equal((1, "preble: no server answers at http://127.0.0.1:1."), (code, errors.Trim()));
    }

    [Fact]
    public async Task Load_ends_with_a_table()
    {
        var (code, output, errors) = await PrebleProcess.RunAsync(
            null, "load", "--url", server.Address.ToString(), "--requests", "8", "--prefixes", "2", "--prefix-tokens", "64", "--output-tokens", "4", "--rate", "50");
        Assert.True(code == 0, errors + output);
        Assert.All(new[] { "time to first token", "inter-token latency", "end to end", "mean", "p50", "p99" }, word => Assert.Contains(word, output, StringComparison.Ordinal));
        Assert.Contains("8 answered", output, StringComparison.Ordinal);
        Assert.Matches(@"worker w0: 8 requests, hit ratio [1-9]", output);
        Assert.Contains("no errors", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_counts_errors_by_kind_and_its_exit_code_tells()
    {
        var (code, output, _) = await PrebleProcess.RunAsync(
            null, "load", "--url", server.Address.ToString(), "--requests", "2", "--prefix-tokens", "20000");
        Assert.Equal(1, code);
        Assert.Contains("errors: 2 × context_length_exceeded", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_has_examples()
    {
        foreach (var arguments in new[] { new[] { "--help" }, ["serve", "--help"], ["chat", "--help"], ["load", "--help"] })
        {
            var (code, output, _) = await PrebleProcess.RunAsync(null, arguments);
            Assert.Equal(0, code);
            Assert.Contains("Examples:", output, StringComparison.Ordinal);
        }
    }
}
