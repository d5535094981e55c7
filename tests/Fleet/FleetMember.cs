using System.Net.Http.Json;
using System.Text.Json;
using Preble.EndToEnd;
using Preble.Testing;

namespace Preble.FleetProcesses;

/// <summary>One process of a fleet, and how it is reached.</summary>
internal sealed class FleetMember : IAsyncDisposable
{
    private FleetMember(string name, PrebleProcess process, Uri address)
    {
        (Name, Process) = (name, process);
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(1) };
    }

    public string Name { get; }

    public PrebleProcess Process { get; }

    public HttpClient Http { get; }

    /// <summary>Its one worker, where it has the role.</summary>
    public string Worker => $"{Name}-w0";

    public static async Task<FleetMember> StartAsync(string name, params string[] arguments)
    {
        var (process, address) = await PrebleProcess.ServeAsync(["--threads", "1", "--kv-gib", "0.25", .. arguments]);
        return new FleetMember(name, process, address);
    }

    public async Task<bool> IsReadyAsync()
    {
        using var response = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        return response.IsSuccessStatusCode;
    }

    /// <summary>Of a gateway: the healthy workers that the scheduler knows; -1 while it does not know the scheduler.</summary>
    public async Task<int> HealthyWorkersAsync()
    {
        using var response = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        var health = await response.Content.ReadFromJsonAsync<JsonElement>();
        return health.TryGetProperty("healthy_workers", out var count) && count.ValueKind == JsonValueKind.Number ? count.GetInt32() : -1;
    }

    /// <summary>A metric of this process summed over its labels; null where it has none of that name.</summary>
    public async Task<double?> MetricAsync(string name)
    {
        var text = await Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var samples = new PrometheusReader(text, openMetrics: false).Samples.Where(sample => sample.Name == name).ToList();
        return samples.Count == 0 ? null : samples.Sum(sample => sample.Value);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Process.DisposeAsync();
    }
}
