using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Preble.Actors;
using Preble.Actors.Workers;
using Preble.Core.Placement;
using Preble.Hosting;
using Preble.Hosting.Fleet;

namespace Preble.Benchmarks.Fleet;

/// <summary>
/// A process of the streams benchmark: does what the lines on its standard input say and answers each with one line, until the input ends, which
/// it does with the benchmark's own process.
/// </summary>
internal static class StreamSilo
{
    public const string Verb = "fleet-silo";
    public const string Alone = "alone";
    public const string Worker = "worker";
    public const string Reader = "reader";
    public const string Ready = "ready ";
    public const string Answer = "answer ";

    public const string CostLine = "cost";
    public const string CountLine = "count";
    public const string OpenLine = "open";
    public const string CloseLine = "close";
    public const string PaceLine = "pace";
    public const string FirstLine = "first";

    /// <param name="arguments">Part, runtime, port of the first silo, own port.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var (part, runtime) = (arguments[0], arguments[1]);
        var engines = new PacedEngines();
        using var host = Build(part, runtime, arguments[2], int.Parse(arguments[3], CultureInfo.InvariantCulture), engines);
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrains>();
        if (part is not Reader)
        {
            foreach (var worker in PacedEngines.Workers)
            {
                await grains.Get<IWorkerGrain>(worker.Value).StartAsync(CancellationToken.None);
            }
        }

        Console.WriteLine($"{Ready}{part}");
        var readers = new StreamReaders(grains);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            Console.WriteLine(Answer + await DoAsync(line.Split(' '), engines, readers, grains));
        }

        // Nobody waits for an orderly end.
        return 0;
    }

    private static async Task<string> DoAsync(string[] words, PacedEngines engines, StreamReaders readers, IGrains grains)
    {
        switch (words[0])
        {
            case CostLine: return JsonSerializer.Serialize(ProcessCost.Now());
            case CountLine: return JsonSerializer.Serialize(readers.Take());
            case OpenLine: readers.Open(Number(words[1])); return words[0];
            case CloseLine: await readers.CloseAsync(); return words[0];
            case PaceLine: engines.Pace(Number(words[1]), Number(words[2])); return words[0];
            case FirstLine: return JsonSerializer.Serialize(await FirstChunk.MeasureAsync(grains, readers));
            default: throw new InvalidOperationException($"The benchmark says '{words[0]}', which means nothing.");
        }
    }

    private static IHost Build(string part, string runtime, string first, int port, PacedEngines engines)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Error);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddPrebleTelemetry();
        builder.Services.AddSingleton(new SchedulerOptions());
        builder.Services.AddSingleton<IWorkerEngines>(engines);
        var shared = part is not Alone;
        var fleet = new FleetOptions
        {
            Cluster = shared ? ClusterSource.Parse($"dev:127.0.0.1:{first}") : ClusterSource.Alone,
            Roles = part switch { Worker => SiloRoles.Worker, Reader => SiloRoles.Gateway | SiloRoles.Scheduler, _ => SiloRoles.All },
            Address = IPAddress.Loopback,
            SiloPort = port,
            SiloName = shared ? part : null,
        };
        GrainHost.Add(builder.Services, runtime, fleet, part is Reader ? [] : PacedEngines.Workers);
        return builder.Build();
    }

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
