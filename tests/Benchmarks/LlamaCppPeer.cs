using System.Diagnostics;
using System.Text.Json;

namespace Preble.Benchmarks;

/// <summary>llama.cpp beside us, in a process of its own that answers one measurement at a time. Fetched from npm into artifacts/ when it is missing.</summary>
internal sealed class LlamaCppPeer : IDisposable
{
    private const string Version = "3.22.1";
    private readonly Process _process;

    private LlamaCppPeer(Process process) => _process = process;

    /// <summary>Starts the peer; null, with the reason, when this machine cannot run it.</summary>
    public static LlamaCppPeer? Start(string modelPath, int threads, string packages, out string? why)
    {
        try
        {
            if (!Directory.Exists(Path.Combine(packages, "node_modules", "node-llama-cpp")))
            {
                Directory.CreateDirectory(packages);
                Console.Error.WriteLine("Fetching llama.cpp's prebuilt libraries from npm (once, 85 MB) …");
                Run("npm", packages, "install", "--prefix", packages, "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund",
                    $"node-llama-cpp@{Version}", $"@node-llama-cpp/linux-x64@{Version}");
            }

            var script = Path.Combine(AppContext.BaseDirectory, "peers", "llama-cpp.mjs");
            var process = Process.Start(new ProcessStartInfo("node", [script, modelPath, threads.ToString(), packages])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            })!;
            var peer = new LlamaCppPeer(process);
            why = process.StandardOutput.ReadLine() is null ? "it ended at once" : null;
            return why is null ? peer : null;
        }
        catch (Exception failure) when (failure is System.ComponentModel.Win32Exception or IOException or InvalidOperationException)
        {
            why = failure.Message;
            return null;
        }
    }

    public double Prefill(int tokens) => Ask(new { kind = "prefill", tokens });

    public double Decode(int batch, int context, int tokens) => Ask(new { kind = "decode", batch, context, tokens });

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private double Ask(object command)
    {
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(command));
        var answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("llama.cpp's process ended");
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.GetProperty("tokensPerSecond").GetDouble();
    }

    private static void Run(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) 
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new IOException($"{program} ended with {process.ExitCode}");
        }
    }
}
