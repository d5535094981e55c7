using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Preble.Testing;

/// <summary>
/// A Redis of the test's own on a free port of this machine, with nothing kept on disk. Its process can be stopped and started again at the same
/// port, and frozen.
/// </summary>
public sealed class RedisServer : IAsyncDisposable
{
    private const string Program = "redis-server";

    private Process? _process;

    /// <summary>True where the program is installed; tests that need it are skipped elsewhere, and say so.</summary>
    public static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, Program)));

    public int Port { get; } = LocalPort.Free();

    /// <summary>As --cluster takes it.</summary>
    public string Cluster => $"redis:127.0.0.1:{Port}";

    /// <summary>Returns when it answers.</summary>
    public async Task StartAsync()
    {
        _process = Process.Start(new ProcessStartInfo(
            Program, ["--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", Path.GetTempPath()])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        });
        await Wait.UntilAsync(AnswersAsync, $"Redis at port {Port}");
    }

    /// <summary>Ends it at once; what it held is lost.</summary>
    public async Task StopAsync()
    {
        if (_process is null)
        {
            return;
        }

        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var connection = new TcpClient();
            await connection.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
