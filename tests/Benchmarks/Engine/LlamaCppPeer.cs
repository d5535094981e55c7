using System.Text.Json;
using Preble.Testing;

namespace Preble.Benchmarks.Engine;

/// <summary>llama.cpp beside us, in a process of its own that answers one measurement at a time. Fetched from npm into artifacts/ when it is missing.</summary>
internal sealed class LlamaCppPeer : IDisposable
{
    private static readonly string Packages = Path.Combine(RepositoryPaths.Root, "artifacts", "peers", "llama-cpp");
    private static readonly string Sources = Path.Combine(AppContext.BaseDirectory, "peers", "llama-cpp");
    // No round takes a quarter of it on a quiet machine; one that others keep busy can stop threads that wait by spinning for good.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly LineProcess _process;

    private LlamaCppPeer(LineProcess process) => _process = process;

    /// <summary>Fetches the pinned packages once; why it is not to be had here, or null.</summary>
    public static string? Unavailable()
    {
        var installed = Path.Combine(Packages, "node_modules", ".package-lock.json");
        var pinned = Path.Combine(Sources, "package-lock.json");
        if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(pinned))
        {
            return null;
        }

        Directory.CreateDirectory(Packages);
        foreach (var name in (string[])["package.json", "package-lock.json"])
        {
            File.Copy(Path.Combine(Sources, name), Path.Combine(Packages, name), overwrite: true);
        }

        Console.Error.WriteLine("Fetching llama.cpp's prebuilt libraries from npm (once, 85 MB) …");
        try
        {
            var failure = Programs.Failure("npm", "ci", "--prefix", Packages, "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund");
            return failure is null ? null : $"npm could not fetch it: {failure}";
        }
        catch (InvalidOperationException failure)
        {
            return failure.Message;
        }
    }

    /// <exception cref="InvalidOperationException">It cannot read the model, or cannot run here.</exception>
    public static LlamaCppPeer Start(string model, int threads) =>
        new(new LineProcess("node", Patience, Path.Combine(Sources, "peer.mjs"), model, $"{threads}", Packages));

    /// <summary>Tokens a second of one round.</summary>
    public double Measure(PeerCase what) => _process.Ask(
        what.Batch == 0
            ? JsonSerializer.Serialize(new { kind = "prefill", tokens = what.Tokens })
            : JsonSerializer.Serialize(new { kind = "decode", batch = what.Batch, context = what.Tokens, tokens = PeerCase.DecodeTokens }),
        "tokensPerSecond");

    public void Dispose() => _process.Dispose();
}
