using Preble.Api.Wire;

namespace Preble.Api;

/// <summary>The answer of <c>/v1/chat/completions</c>.</summary>
internal sealed class ChatAnswer(string name, long created, string model) : AnswerFormat
{
    private readonly string _id = $"chatcmpl-{name}";

    public override void WriteStart(ServerSentEvents events, int choice) =>
        Write(events, new ChatChunkChoice(choice, new ChatDelta { Role = "assistant", Content = "" }, null));

    public override void WriteText(ServerSentEvents events, int choice, string text) =>
        Write(events, new ChatChunkChoice(choice, new ChatDelta { Content = text }, null));

    public override void WriteFinish(ServerSentEvents events, int choice, string reason) =>
        Write(events, new ChatChunkChoice(choice, new ChatDelta(), reason));

    public override void WriteUsage(ServerSentEvents events, Usage usage) =>
        events.Write(Chunk([]) with { Usage = usage }, ApiJson.Wire.ChatCompletionChunk);

    public override Task WriteWholeAsync(HttpResponse response, IReadOnlyList<(string Text, string FinishReason)> choices, Usage usage)
    {
        var wire = choices.Select((choice, index) => Whole(index, choice.Text, choice.FinishReason)).ToList();
        return response.WriteAsJsonAsync(
            new ChatCompletionResponse(_id, "chat.completion", created, model, wire, usage), ApiJson.Wire.ChatCompletionResponse);
    }

    private void Write(ServerSentEvents events, ChatChunkChoice choice) =>
        events.Write(Chunk([choice]), ApiJson.Wire.ChatCompletionChunk);

    private ChatCompletionChunk Chunk(IReadOnlyList<ChatChunkChoice> choices) => new(_id, "chat.completion.chunk", created, model, choices);

    private static ChatChoice Whole(int index, string text, string reason) => new(index, new AssistantMessage("assistant", text), reason);
}
