using Preble.Testing;

namespace Preble.Benchmarks.Fleet;

/// <summary>One way to serve the model: the processes it takes, and where its gateway listens. Dispose it to end them.</summary>
internal sealed class ServedSetup : IAsyncDisposable
{
    private const string Listens = "Preble listens at ";
    private readonly List<(string Role, ChildProcess Process)> _processes = [];

    private ServedSetup(string name) => Name = name;

    public string Name { get; }

    public HttpClient Http { get; private set; } = new();

    public IEnumerable<(string Role, double CpuSeconds)> Costs => _processes.Select(process => (process.Role, process.Process.CpuSeconds));

    public static async Task<ServedSetup> OneProcessAsync(string name, string runtime, string[] model, CancellationToken cancellation)
    {
        var setup = new ServedSetup(name);
        await setup.StartAsync("server", [.. model, "--runtime", runtime], cancellation);
        return setup;
    }

    /// <summary>Scheduler, worker and gateway over loopback; the scheduler's process keeps the list of silos.</summary>
    public static async Task<ServedSetup> ThreeProcessesAsync(string name, string[] model, CancellationToken cancellation)
    {
        var setup = new ServedSetup(name);
        var port = LocalPort.Free();
        string[] cluster = ["--cluster", $"dev:127.0.0.1:{port}"];
        try
        {
            await setup.StartAsync("scheduler", [.. cluster, "--role", "scheduler", "--silo-port", $"{port}"], cancellation);
            await setup.StartAsync("worker", [.. model, .. cluster, "--role", "worker", "--silo-port", "0"], cancellation);
            await setup.StartAsync("gateway", [.. model, .. cluster, "--role", "gateway", "--silo-port", "0"], cancellation);
            return setup;
        }
        catch
        {
            await setup.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();

        // The last one first: whoever keeps the list of silos ends when nobody needs it.
        foreach (var (_, process) in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }
    }

    private async Task StartAsync(string role, string[] arguments, CancellationToken cancellation)
    {
        var process = new ChildProcess("preble.dll", ["serve", "--port", "0", .. arguments]);
        _processes.Add((role, process));
        var address = await process.LineAsync(Listens, cancellation);
        Http.Dispose();
        Http = new HttpClient { BaseAddress = new Uri(address) };
    }
}
