using System.CommandLine;

namespace Preble.Commands;

/// <summary><c>preble health</c>: a probe for containers that have no other program in them.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var url = new Option<string>("--url")
        {
            HelpName = "URL", Description = "The running server.", DefaultValueFactory = _ => $"http://127.0.0.1:{ServeCommand.DefaultPort}",
        };
        var ready = new Option<bool>("--ready") { Description = "Ask whether it takes requests, and not only whether it runs." };
        var command = new Command("health", """
            Asks a server whether it runs. Exit code 0 for yes, 1 for no.

            Examples:
              preble health                  it runs
              preble health --ready          it runs and takes requests
            """) { url, ready };
        command.SetAction((arguments, cancellation) => AskAsync(arguments.GetValue(url)!, arguments.GetValue(ready), cancellation));
        return command;
    }

    private static async Task<int> AskAsync(string url, bool ready, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
        {
            throw new CommandFailure($"--url must be an http address, not '{url}'.");
        }

        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using var response = await http.GetAsync(new Uri(server, ready ? "/health/ready" : "/health/live"), cancellation);
            Console.WriteLine(await response.Content.ReadAsStringAsync(cancellation));
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception silence) when (silence is HttpRequestException || (silence is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new CommandFailure($"no server answers at {url}.", silence);
        }
    }
}
