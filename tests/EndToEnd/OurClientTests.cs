using Microsoft.Extensions.AI;

namespace Preble.EndToEnd;

/// <summary>Our own client, as an application would use it.</summary>
public sealed class OurClientTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task The_capital_of_France_is_Paris_and_a_second_question_finds_the_conversation_cached()
    {
        using var client = server.OurClient();
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = 40 };
        List<ChatMessage> conversation = [new(ChatRole.User, "What is the capital of France?")];
        var first = await client.GetResponseAsync(conversation, options);
        Assert.Contains("Paris", first.Text, StringComparison.Ordinal);
        conversation.AddRange([.. first.Messages, new(ChatRole.User, "And of Germany?")]);

        UsageDetails? usage = null;
        await foreach (var update in client.GetStreamingResponseAsync(conversation, options))
        {
            usage = update.Contents.OfType<UsageContent>().FirstOrDefault()?.Details ?? usage;
        }

        // 37 tokens of the first question and 7 of the answer share two whole blocks at the least.
        Assert.True(usage!.CachedInputTokenCount >= 32, $"{usage.CachedInputTokenCount} cached");
    }
}
