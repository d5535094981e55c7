using System.CommandLine;
using System.Net;
using Preble.Api;
using Preble.Hosting;
using Preble.Hosting.Fleet;

namespace Preble.Commands;

/// <summary><c>preble serve</c>: a server until a signal ends it.</summary>
internal static class ServeCommand
{
    public const int DefaultPort = 8080;

    private const double DrainSeconds = 25;

    /// <summary>What clients meet: where it listens, how long it sees them out, which keys it asks for.</summary>
    private sealed record Front(IPEndPoint Place, TimeSpan Drain, ApiKeySource Keys);

    public static Command Create()
    {
        var port = new Option<int>("--port")
        {
            HelpName = "N", Description = "The port; 0 takes a free one.", DefaultValueFactory = _ => DefaultPort,
        };
        var host = new Option<string>("--host")
        {
            HelpName = "ADDRESS",
            Description = "Where to listen; 0.0.0.0 is reachable from everywhere.",
            DefaultValueFactory = _ => "127.0.0.1",
        };
        var drain = new Option<double>("--drain-seconds")
        {
            HelpName = "S", Description = "How long requests may finish after SIGTERM or Ctrl-C.", DefaultValueFactory = _ => DrainSeconds,
        };
        var keys = new ApiKeyOptions();
        var server = new ServerOptions();
        var command = new Command("serve", """
            Serves a model over an OpenAI-compatible REST API.

            Examples:
              preble serve
              preble serve --port 0 --workers 2 --policy round-robin
              preble serve --model ~/models/qwen2.5-0.5b --host 0.0.0.0
              preble serve --model small=~/models/smollm2.gguf --model large=~/models/qwen3-4b
              preble serve --cluster redis:127.0.0.1:6379 --role gateway,scheduler
              preble serve --cluster redis:127.0.0.1:6379 --role worker --port 0
              preble serve --host 0.0.0.0 --api-keys-file keys.txt
            """) { port, host, drain };
        keys.AddTo(command);
        server.AddTo(command);
        var telemetry = new TelemetryCommandOptions();
        telemetry.AddTo(command);
        command.SetAction((arguments, cancellation) =>
        {
            var place = new IPEndPoint(Address(arguments.GetValue(host)!), Port(arguments.GetValue(port)));
            var front = new Front(place, Drain(arguments.GetValue(drain)), keys.Read(arguments));
            return RunAsync(telemetry.Read(arguments, server.Read(arguments)), front, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(ServeOptions options, Front front, CancellationToken cancellation)
    {
        using var signals = new EndSignals();
        await using var server = await StartAsync(options, front, signals, cancellation);
        if (server is null)
        {
            return signals.ExitCode;
        }

        signals.Again = server.HurryUp;
        Announce(server, options);
        if (front.Keys.IsNone && options.Fleet.Has(SiloRoles.Gateway) && !IPAddress.IsLoopback(front.Place.Address))
        {
            await Console.Error.WriteLineAsync($"preble: who reaches {front.Place} may use it: there are no API keys; see --api-keys-file.");
        }

        await server.WaitForShutdownAsync(cancellation);
        return 0;
    }

    /// <summary>Null when a signal came before the server was ready: then there is nothing to drain, whatever had been loaded.</summary>
    private static async Task<PrebleServer?> StartAsync(
        ServeOptions options, Front front, EndSignals signals, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, signals.First);
        PrebleServer? server = null;
        try
        {
            server = await PrebleServer.StartAsync(options, front.Place, front.Drain, front.Keys, either.Token);
        }
        catch (OperationCanceledException) when (signals.Received)
        {
            // Told below.
        }

        if (!signals.Received)
        {
            return server;
        }

        await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Console.Error.WriteLineAsync("preble: interrupted before the server was ready.");
        return null;
    }

    private static void Announce(PrebleServer server, ServeOptions options)
    {
        Console.WriteLine($"Preble listens at {server.Address}");
        foreach (var model in server.Models)
        {
            Console.WriteLine($"  model    {model.Description}");
        }

        if (options.Fleet.Has(SiloRoles.Worker))
        {
            var each = server.Models.Count > 1 ? " for each model" : "";
            Console.WriteLine($"  workers  {options.Workers}{each}, policy {options.Policy}");
        }

        if (options.Fleet.Cluster.IsShared)
        {
            Console.WriteLine(
                $"  fleet    {options.Fleet.SiloName}: {RoleNames.Format(options.Fleet.Roles)}; cluster {options.Fleet.ClusterId} by {options.Fleet.Cluster}");
        }

        if (options.Telemetry.Otlp is { } collector)
        {
            Console.WriteLine($"  otlp     traces and metrics to {collector.Address}");
        }

        if (options.Fleet.Has(SiloRoles.Gateway))
        {
            const string question = "How many days has a week?";
            var body = $$"""{"model":"{{server.Models[0].Id}}","messages":[{"role":"user","content":"{{question}}"}],"temperature":0}""";
            Console.WriteLine($"""

                Try it:
                  curl -s {server.Address}/v1/chat/completions -H 'Content-Type: application/json' -d '{body}'
                """);
        }
    }

    private static IPAddress Address(string host) =>
        host is "localhost" ? IPAddress.Loopback
        : host is "*" ? IPAddress.Any
        : IPAddress.TryParse(host, out var address) ? address
        : throw new CommandFailure($"--host must be an IP address, 'localhost' or '*', not '{host}'.");

    private static int Port(int port) =>
        port is >= 0 and <= IPEndPoint.MaxPort
            ? port
            : throw new CommandFailure($"--port must be between 0 and {IPEndPoint.MaxPort}, not {port}.");

    private static TimeSpan Drain(double seconds) =>
        seconds is >= 0 and <= 3600
            ? TimeSpan.FromSeconds(seconds)
            : throw new CommandFailure($"--drain-seconds must be between 0 and 3600, not {seconds}.");
}
