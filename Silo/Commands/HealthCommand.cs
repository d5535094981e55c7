using System.CommandLine;
using System.Net;

namespace Preble.Commands;

/// <summary><c>preble health</c>: a probe for containers that have no other program in them.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var port = new Option<int>("--port")
        {
            HelpName = "N", Description = "The server's port on this machine.", DefaultValueFactory = _ => ServeCommand.DefaultPort,
        };
        var ready = new Option<bool>("--ready") { Description = "Ask whether it takes requests, and not only whether it runs." };
        var command = new Command("health", """
            Asks a server of this machine whether it runs. Exit code 0 for yes, 1 for no.

            Examples:
              preble health                  it runs
              preble health --ready          it runs and takes requests
            """) { port, ready };
        command.SetAction((arguments, cancellation) => AskAsync(arguments.GetValue(port), arguments.GetValue(ready), cancellation));
        return command;
    }

    private static async Task<int> AskAsync(int port, bool ready, CancellationToken cancellation)
    {
        if (port is < 1 or > IPEndPoint.MaxPort)
        {
            throw new CommandFailure($"--port must be between 1 and {IPEndPoint.MaxPort}, not {port}.");
        }

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/health/{(ready ? "ready" : "live")}"), cancellation);
            Console.WriteLine(await response.Content.ReadAsStringAsync(cancellation));
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception silence) when (silence is HttpRequestException || (silence is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new CommandFailure($"no server answers at port {port}.", silence);
        }
    }
}
