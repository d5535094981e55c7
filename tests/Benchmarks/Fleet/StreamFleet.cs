using System.Text.Json;
using Preble.Testing;

namespace Preble.Benchmarks.Fleet;

/// <summary>The processes of the streams benchmark: a worker and a reader apart, or one process that is both. Dispose it to end them.</summary>
internal sealed class StreamFleet : IAsyncDisposable
{
    private const string Program = "Preble.Benchmarks.dll";
    private readonly List<ChildProcess> _processes = [];

    private StreamFleet(string name) => Name = name;

    public string Name { get; }

    private ChildProcess Reader => _processes[0];

    private ChildProcess Worker => _processes[^1];

    public static Task<StreamFleet> TogetherAsync(string name, string runtime, CancellationToken cancellation) =>
        StartAsync(new StreamFleet(name), [StreamSilo.Alone], runtime, cancellation);

    /// <summary>The reader's process also has the scheduler, so that the workers' reports cross as in a fleet.</summary>
    public static Task<StreamFleet> ApartAsync(string name, string runtime, CancellationToken cancellation) =>
        StartAsync(new StreamFleet(name), [StreamSilo.Reader, StreamSilo.Worker], runtime, cancellation);

    public async Task OpenAsync(int streams, int tokensPerSecond, CancellationToken cancellation)
    {
        await AskAsync(Worker, $"{StreamSilo.PaceLine} {tokensPerSecond} {streams}", cancellation);
        await AskAsync(Reader, $"{StreamSilo.OpenLine} {streams}", cancellation);
    }

    public Task CloseAsync(CancellationToken cancellation) => AskAsync(Reader, StreamSilo.CloseLine, cancellation);

    /// <summary>Of the worker's process first; of one process once.</summary>
    public async Task<ProcessCost[]> CostsAsync(CancellationToken cancellation)
    {
        var costs = new List<ProcessCost>();
        foreach (var process in Enumerable.Reverse(_processes))
        {
            costs.Add(JsonSerializer.Deserialize<ProcessCost>(await AskAsync(process, StreamSilo.CostLine, cancellation))!);
        }

        return [.. costs];
    }

    public async Task<StreamCounts> CountAsync(CancellationToken cancellation) =>
        JsonSerializer.Deserialize<StreamCounts>(await AskAsync(Reader, StreamSilo.CountLine, cancellation))!;

    public async Task<FirstChunkTimes> FirstChunkAsync(CancellationToken cancellation)
    {
        await AskAsync(Worker, $"{StreamSilo.PaceLine} 0 1", cancellation);
        return JsonSerializer.Deserialize<FirstChunkTimes>(await AskAsync(Reader, StreamSilo.FirstLine, cancellation))!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
    }

    private static async Task<StreamFleet> StartAsync(StreamFleet fleet, string[] parts, string runtime, CancellationToken cancellation)
    {
        try
        {
            var first = LocalPort.Free();
            foreach (var part in parts)
            {
                var port = fleet._processes.Count == 0 ? first : LocalPort.Free();
                var process = new ChildProcess(Program, [StreamSilo.Verb, part, runtime, $"{first}", $"{port}"]);
                fleet._processes.Add(process);
                await process.LineAsync(StreamSilo.Ready, cancellation);
            }

            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    private static async Task<string> AskAsync(ChildProcess process, string line, CancellationToken cancellation)
    {
        await process.TellAsync(line);
        return await process.LineAsync(StreamSilo.Answer, cancellation);
    }
}
