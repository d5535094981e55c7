using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Preble.Api.Wire;
using Preble.Commands.Explain;

namespace Preble.Commands;

/// <summary><c>preble explain</c>: why requests went where they went.</summary>
internal static class ExplainCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var id = new Argument<string?>("request-id")
        {
            Description = "The id of an answer (chatcmpl-…), or its header x-request-id. Default: the last decisions.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var url = new Option<string>("--url")
        {
            HelpName = "URL", Description = "The running server.", DefaultValueFactory = _ => $"http://127.0.0.1:{ServeCommand.DefaultPort}",
        };
        var limit = new Option<int>("--limit")
        {
            HelpName = "N", Description = "Without an id: how many decisions.", DefaultValueFactory = _ => Api.ApiLimits.DefaultPlacements,
        };
        var command = new Command("explain", """
            Shows why a request went to its worker: the rule, what each worker held of the prompt and what it would have cost there.

            Examples:
              preble explain                                             the last decisions
              preble explain chatcmpl-4f0c9a8e1b7d4c52a3e6f7081929384b   one request, by the id of its answer
            """) { id, url, limit };
        command.SetAction(async (arguments, cancellation) =>
        {
            var request = arguments.GetValue(id);
            var path = request is null ? $"/admin/placements?limit={arguments.GetValue(limit)}" : $"/admin/placements/{Uri.EscapeDataString(request)}";
            var placements = await AskAsync(arguments.GetValue(url)!, path, cancellation);
            if (request is null)
            {
                ExplainReport.WriteAll(placements);
            }
            else
            {
                ExplainReport.WriteOne(placements);
            }

            return 0;
        });
        return command;
    }

    private static async Task<IReadOnlyList<PlacementEntry>> AskAsync(string url, string path, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
        {
            throw new CommandFailure($"--url must be an http address, not '{url}'.");
        }

        using var http = new HttpClient { Timeout = Patience };
        if (ServerConnection.Key() is { } key)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        try
        {
            using var response = await http.GetAsync(new Uri(server, path), cancellation);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new CommandFailure(await ErrorAsync(response, cancellation) ?? $"{url} answers {(int)response.StatusCode}; is it a preble server?");
            }

            return (await response.Content.ReadFromJsonAsync(ApiJson.Wire.PlacementList, cancellation))!.Data;
        }
        catch (JsonException strange)
        {
            throw new CommandFailure($"{url} does not answer like a preble server.", strange);
        }
        catch (Exception silence) when (silence is HttpRequestException || (silence is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new CommandFailure($"no server answers at {url}; start one with 'preble serve', or name it with --url.", silence);
        }
    }

    private static async Task<string?> ErrorAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            return (await response.Content.ReadFromJsonAsync(ApiJson.Wire.ErrorResponse, cancellation))?.Error.Message;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
