using System.CommandLine;
using Preble.Commands.Load;

namespace Preble.Commands;

/// <summary><c>preble load</c>: many requests with shared prefixes, and a table of what they met with.</summary>
internal static class LoadCommand
{
    public static Command Create()
    {
        var requests = Number("--requests", "How many requests.", 50);
        var rate = new Option<double>("--rate")
        {
            HelpName = "R",
            Description = "Requests a second, as a Poisson process; 0 for as fast as they are answered.",
            DefaultValueFactory = _ => 0,
        };
        var prefixes = Number("--prefixes", "How many different prefixes they share.", 4);
        var prefixTokens = Number("--prefix-tokens", "About how many tokens each prefix has.", 512);
        var outputTokens = Number("--output-tokens", "The longest answer in tokens.", 32);
        var concurrency = Number("--concurrency", "Requests under way at one time.", 16);
        var seed = Number("--seed", "The seed of prompts and gaps.", 1);
        var url = ServerConnection.UrlOption();
        var server = new ServerOptions();
        var command = new Command("load", """
            Sends requests with shared prefixes, shows the progress, and ends with a table of latencies and hit ratios.
            The exit code is 1 when any request failed.

            Examples:
              preble load
              preble load --requests 200 --rate 5 --prefixes 8 --prefix-tokens 1500
              preble load --url http://10.0.0.5:8080 --concurrency 64
            """) { requests, rate, prefixes, prefixTokens, outputTokens, concurrency, seed, url };
        server.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            var options = new LoadOptions(
                arguments.GetValue(requests), arguments.GetValue(rate), arguments.GetValue(prefixes), arguments.GetValue(prefixTokens),
                arguments.GetValue(outputTokens), arguments.GetValue(concurrency), arguments.GetValue(seed));
            options.Validate();
            await using var connection = await ServerConnection.OpenAsync(arguments.GetValue(url), arguments, server, cancellation);
            return await RunAsync(connection, options, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(ServerConnection connection, LoadOptions options, CancellationToken cancellation)
    {
        // Without retries, because a refusal is part of what is measured.
        using var client = connection.Client(retries: 0);
        Console.WriteLine($"{options.Requests} requests to {connection.Address}{(connection.IsOwn ? " (started in this process)" : "")}");
        var runner = new LoadRunner(client, options);
        var (samples, seconds) = await LoadReport.WithProgressAsync(options.Requests, done => runner.RunAsync(done, cancellation));
        LoadReport.Write(LoadSummary.Of(samples, seconds));
        return samples.All(sample => sample.Error is null) ? 0 : 1;
    }

    private static Option<int> Number(string name, string description, int value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "N" };
}
