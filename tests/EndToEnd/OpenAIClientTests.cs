using System.ClientModel;
using OpenAI.Chat;

namespace Preble.EndToEnd;

/// <summary>The official OpenAI .NET client against the real process and the real model.</summary>
public sealed class OpenAIClientTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly ChatMessage[] Question = [new UserChatMessage("How many days has a week?")];

    [Fact]
    public async Task A_week_has_seven_days()
    {
        ChatCompletion answer = await server.OpenAIClient().CompleteChatAsync(Question, new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 40 });
        Assert.Contains("7", answer.Content[0].Text, StringComparison.Ordinal);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.Equal(answer.Usage.InputTokenCount + answer.Usage.OutputTokenCount, answer.Usage.TotalTokenCount);
    }

    [Fact]
    public async Task A_stream_gives_the_same_text_and_the_usage()
    {
        var options = new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 40 };
        ChatCompletion whole = await server.OpenAIClient().CompleteChatAsync(Question, options);
        var text = "";
        var pieces = 0;
        ChatTokenUsage? usage = null;
        ChatFinishReason? finish = null;
        await foreach (var update in server.OpenAIClient().CompleteChatStreamingAsync(Question, options))
        {
            pieces += update.ContentUpdate.Count;
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            usage = update.Usage ?? usage;
            finish = update.FinishReason ?? finish;
        }

        Assert.Equal(whole.Content[0].Text, text);
        Assert.True(pieces > 3, $"{pieces} pieces are no stream");
        Assert.Equal(whole.Usage.OutputTokenCount, usage!.OutputTokenCount);
        Assert.Equal(ChatFinishReason.Stop, finish);
    }

    [Fact]
    public async Task Length_stop_strings_seeds_and_choices_are_honoured()
    {
        ChatCompletion cut = await server.OpenAIClient().CompleteChatAsync(Question, new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 3 });
        Assert.Equal((ChatFinishReason.Length, 3), (cut.FinishReason, cut.Usage.OutputTokenCount));

        var stop = new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 40, StopSequences = { " is 7" } };
        ChatCompletion stopped = await server.OpenAIClient().CompleteChatAsync(Question, stop);
        Assert.Equal("The answer", stopped.Content[0].Text);

#pragma warning disable OPENAI001 // The seed is marked as experimental by the library.
        ChatCompletion first = await server.OpenAIClient().CompleteChatAsync(Question, new ChatCompletionOptions { Seed = 5, MaxOutputTokenCount = 12 });
        ChatCompletion again = await server.OpenAIClient().CompleteChatAsync(Question, new ChatCompletionOptions { Seed = 5, MaxOutputTokenCount = 12 });
#pragma warning restore OPENAI001
        Assert.Equal(first.Content[0].Text, again.Content[0].Text);
    }

    [Fact]
    public async Task Errors_are_the_clients_own_exceptions()
    {
        var unknown = await Assert.ThrowsAsync<ClientResultException>(() => server.OpenAIClient("gpt-4").CompleteChatAsync(Question));
        Assert.Equal(404, unknown.Status);
        var tooLong = await Assert.ThrowsAsync<ClientResultException>(
            () => server.OpenAIClient().CompleteChatAsync([new UserChatMessage(string.Concat(Enumerable.Repeat("word ", 9000)))]));
        Assert.Equal(400, tooLong.Status);
        Assert.Contains("8192 tokens", tooLong.Message, StringComparison.Ordinal);
    }
}
