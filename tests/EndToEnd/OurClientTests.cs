using Microsoft.Extensions.AI;

namespace Preble.EndToEnd;

/// <summary>Our own client, as an application would use it.</summary>
public sealed class OurClientTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task A_week_has_seven_days_and_a_second_question_finds_the_conversation_cached()
    {
        using var client = server.OurClient();
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = 40 };
        List<ChatMessage> conversation = [new(ChatRole.User, "How many days has a week?")];
        var first = await client.GetResponseAsync(conversation, options);
        Assert.Contains("7", first.Text, StringComparison.Ordinal);
        conversation.AddRange([.. first.Messages, new(ChatRole.User, "And a year?")]);

        UsageDetails? usage = null;
        await foreach (var update in client.GetStreamingResponseAsync(conversation, options))
        {
            usage = update.Contents.OfType<UsageContent>().FirstOrDefault()?.Details ?? usage;
        }

        // The first question with the template around it and the answer share two whole blocks at the least.
        Assert.True(usage!.CachedInputTokenCount >= 32, $"{usage.CachedInputTokenCount} cached");
    }
}
