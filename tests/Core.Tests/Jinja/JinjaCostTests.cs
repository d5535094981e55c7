using System.Diagnostics;
using Preble.Core.Text.Jinja;
using Preble.Testing;
using Xunit.Abstractions;

namespace Preble.Core.Tests.Jinja;

/// <summary>What a rendering costs: bytes are gated, for they repeat; time is only reported.</summary>
public sealed class JinjaCostTests(ITestOutputHelper output)
{
    [Fact]
    public void A_conversation_of_ten_messages_renders_within_its_allocations()
    {
        var path = Path.Combine(RepositoryPaths.Goldens, "smollm2-135m-instruct", "chat_template.jinja");
        var template = JinjaChatTemplate.Parse(File.ReadAllText(path));
        var variables = Conversation(messages: 10);
        for (var i = 0; i < 2_000; i++)
        {
            template.Render(variables);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 1_000; i++)
        {
            template.Render(variables);
        }

        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / 1_000;
        output.WriteLine($"{watch.Elapsed.TotalMicroseconds / 1_000:0.0} µs and {bytes} bytes a rendering of ten messages");
        Assert.True(bytes < 25_000, $"{bytes} bytes");
    }

    private static Dictionary<string, object?> Conversation(int messages)
    {
        var all = Enumerable.Range(0, messages).Select(i => (object?)new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["role"] = i % 2 == 0 ? "user" : "assistant",
            ["content"] = $"This is message number {i} of a conversation that goes on for a while.",
        });
        return new Dictionary<string, object?>(StringComparer.Ordinal) { ["messages"] = all.ToList(), ["add_generation_prompt"] = true };
    }
}
