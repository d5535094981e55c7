using System.Diagnostics;
using System.Globalization;

namespace Preble.Testing;

/// <summary>
/// A PostgreSQL of the test's own on a free port of this machine, with an empty database. It refuses to run as root: then it runs as the user
/// that its package has made.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string SystemUser = "postgres";

    private static readonly string? Programs = Path.GetDirectoryName(InstalledProgram.Find("initdb", PackageFolders()));
    private static readonly string? UserSwitch = InstalledProgram.Find("setpriv");

    private readonly string _folder = Directory.CreateTempSubdirectory("preble-postgres-").FullName;
    private Process? _process;

    /// <summary>Null where it can run, else why tests that need it are skipped.</summary>
    public static string? Missing { get; } =
        Programs is null ? "PostgreSQL is not installed on this machine"
        : Environment.IsPrivilegedProcess && (UserSwitch is null || !File.ReadLines("/etc/passwd").Any(line => line.StartsWith($"{SystemUser}:", StringComparison.Ordinal)))
            ? "PostgreSQL does not run as root, and there is no user for it on this machine"
            : null;

    public const string User = "preble";
    public const string Password = "a secret, for tests";

    public int Port { get; } = LocalPort.Free();

    public string ConnectionString => Connection(Password);

    public string Connection(string password) => $"Host=127.0.0.1;Port={Port};Database=postgres;Username={User};Password={password};Timeout=5";

    /// <summary>Returns when it answers.</summary>
    public async Task StartAsync()
    {
        var data = Path.Combine(_folder, "data");
        var password = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(password, Password);
        if (!OperatingSystem.IsWindows())
        {
            // The other user makes its own folder in it.
            File.SetUnixFileMode(_folder, (UnixFileMode)0x1FF);
        }

        using (var made = Run("initdb", "-D", data, "-U", User, "-A", "scram-sha-256", "--pwfile", password, "--no-sync", "-E", "UTF8", "--locale", "C"))
        {
            var said = await made.StandardError.ReadToEndAsync();
            await made.WaitForExitAsync();
            _ = made.ExitCode == 0 ? 0 : throw new InvalidOperationException($"initdb failed: {said}");
        }

        var port = Port.ToString(CultureInfo.InvariantCulture);
        _process = Run(
            "postgres", "-D", data, "-p", port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off",
            "-c", "logging_collector=off", "-c", "log_destination=stderr");
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                ready.TrySetException(new InvalidOperationException("postgres has ended."));
            }
            else if (line.Data.Contains("ready to accept connections", StringComparison.Ordinal))
            {
                ready.TrySetResult();
            }
        };
        _process.BeginErrorReadLine();
        await Wait.ForAsync(ready.Task, $"PostgreSQL at port {Port}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            // The whole tree: where a program changes the user for it, that one is the child.
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static Process Run(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs!, program);
        var start = Environment.IsPrivilegedProcess
            ? new ProcessStartInfo(UserSwitch!, ["--reuid", SystemUser, "--regid", SystemUser, "--clear-groups", path, .. arguments])
            : new ProcessStartInfo(path, arguments);
        (start.UseShellExecute, start.RedirectStandardOutput, start.RedirectStandardError, start.WorkingDirectory) = (false, true, true, Path.GetTempPath());
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        return process;
    }

    private static string[] PackageFolders() =>
        Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql", "*").Select(version => Path.Combine(version, "bin")).ToArray() : [];
}
