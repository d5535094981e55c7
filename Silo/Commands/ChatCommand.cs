using System.CommandLine;
using Microsoft.Extensions.AI;
using Preble.Client;

namespace Preble.Commands;

/// <summary><c>preble chat "…"</c>: one answer, streamed to the console.</summary>
internal static class ChatCommand
{
    public static Command Create()
    {
        var question = new Argument<string[]>("question")
        {
            Description = "What to ask; read from standard input when there is none.", Arity = ArgumentArity.ZeroOrMore,
        };
        var system = new Option<string?>("--system") { Description = "A system message before the question.", HelpName = "TEXT" };
        var maxTokens = new Option<int?>("--max-tokens") { Description = "The longest answer in tokens.", HelpName = "N" };
        var temperature = new Option<float>("--temperature")
        {
            HelpName = "T", Description = "0 always gives the likeliest token.", DefaultValueFactory = _ => 0,
        };
        var url = ServerConnection.UrlOption();
        var server = new ServerOptions();
        var command = new Command("chat", """
            Asks one question and streams the answer.

            Examples:
              preble chat "How many days has a week?"
              echo "Tell me a story." | preble chat --max-tokens 200 --temperature 0.7
            """) { question, system, maxTokens, temperature, url };
        server.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            var messages = await MessagesAsync(arguments.GetValue(question) ?? [], arguments.GetValue(system), cancellation);
            var options = new ChatOptions
            {
                MaxOutputTokens = arguments.GetValue(maxTokens),
                Temperature = arguments.GetValue(temperature),
            };
            await using var connection = await ServerConnection.OpenAsync(arguments.GetValue(url), arguments, server, cancellation);
            return await AnswerAsync(connection, messages, options, cancellation);
        });
        return command;
    }

    private static async Task<List<ChatMessage>> MessagesAsync(string[] words, string? system, CancellationToken cancellation)
    {
        var question = words.Length > 0 ? string.Join(' ', words) : await Console.In.ReadToEndAsync(cancellation);
        if (string.IsNullOrWhiteSpace(question))
        {
            throw new CommandFailure("there is no question: give one as argument or on standard input.");
        }

        var messages = new List<ChatMessage> { new(ChatRole.User, question.Trim()) };
        if (system is not null)
        {
            messages.Insert(0, new ChatMessage(ChatRole.System, system));
        }

        return messages;
    }

    private static async Task<int> AnswerAsync(
        ServerConnection connection, List<ChatMessage> messages, ChatOptions options, CancellationToken cancellation)
    {
        using var client = connection.Client(retries: 3);
        UsageDetails? usage = null;
        try
        {
            await foreach (var update in client.GetStreamingResponseAsync(messages, options, cancellation))
            {
                await Console.Out.WriteAsync(update.Text);
                await Console.Out.FlushAsync(cancellation);
                usage = update.Contents.OfType<UsageContent>().FirstOrDefault()?.Details ?? usage;
            }
        }
        catch (Exception failure) when (failure is PrebleApiException or HttpRequestException or IOException)
        {
            await Console.Out.WriteLineAsync();
            throw new CommandFailure($"the server could not answer: {failure.Message}", failure);
        }

        await Console.Out.WriteLineAsync();
        if (usage is not null && !Console.IsErrorRedirected)
        {
            var (prompt, cached, output) = (usage.InputTokenCount, usage.CachedInputTokenCount, usage.OutputTokenCount);
            await Console.Error.WriteLineAsync($"[{prompt} prompt tokens, {cached} of them cached; {output} generated]");
        }

        return 0;
    }
}
