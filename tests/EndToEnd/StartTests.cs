using System.Net;
using System.Net.Sockets;
using Preble.Testing;

namespace Preble.EndToEnd;

/// <summary>A server that cannot start says why in one sentence, and its exit code is not 0.</summary>
public sealed class StartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("preble-e2e-").FullName;

    [Fact]
    public async Task A_missing_model_file()
    {
        var path = Path.Combine(_folder, "nothing.gguf");
        Assert.Contains("nothing.gguf", await SentenceAsync("serve", "--port", "0", "--model", path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_file_that_is_none()
    {
        var path = Path.Combine(_folder, "text.gguf");
        await File.WriteAllTextAsync(path, "This is no model.");
        await SentenceAsync("serve", "--port", "0", "--model", path);
    }

    [Fact]
    public async Task A_model_file_cut_in_half()
    {
        var path = Path.Combine(_folder, "cut.gguf");
        await using (var whole = File.OpenRead(RepositoryPaths.EmbeddedModel))
        await using (var cut = File.Create(path))
        {
            await whole.CopyToAsync(cut);
            cut.SetLength(whole.Length / 2);
        }

        await SentenceAsync("serve", "--port", "0", "--model", path);
    }

    [Fact]
    public async Task A_port_in_use()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString();
        Assert.Contains(port, await SentenceAsync("serve", "--port", port), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--policy", "nonsense")]
    [InlineData("--workers", "0")]
    [InlineData("--port", "70000")]
    [InlineData("--host", "nowhere.example")]
    [InlineData("--kv-gib", "0")]
    [InlineData("--weights", "f8")]
    [InlineData("--queue-discipline", "nonsense")]
    [InlineData("--priority-groups", "0")]
    [InlineData("--itl-target-ms", "-1")]
    [InlineData("--speculate", "16")]
    [InlineData("--speculate", "-1")]
    [InlineData("--slow-reader-seconds", "0")]
    [InlineData("--eviction", "nonsense")]
    [InlineData("--pinned-share", "1.5")]
    public async Task A_wrong_option(string option, string value) => await SentenceAsync("serve", option, value);

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("serve", "--frobnicate")]
    [InlineData("serve", "--port", "many")]
    public async Task What_the_command_line_does_not_know_gives_help(params string[] arguments)
    {
        var (code, output, errors) = await PrebleProcess.RunAsync(null, arguments);
        Assert.NotEqual(0, code);
        Assert.Contains("Usage:", output + errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<string> SentenceAsync(params string[] arguments)
    {
        var (code, output, errors) = await PrebleProcess.RunAsync(null, arguments);
        Assert.True(code == 1, $"exit code {code}: {errors}{output}");
        var line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("preble: ", line, StringComparison.Ordinal);
        return line;
    }
}
