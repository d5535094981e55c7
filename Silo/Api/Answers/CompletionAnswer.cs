using Preble.Api.Wire;

namespace Preble.Api;

/// <summary>The answer of <c>/v1/completions</c>.</summary>
internal sealed class CompletionAnswer(string name, long created, string model) : AnswerFormat
{
    private readonly string _id = $"cmpl-{name}";

    /// <summary>A completion has no role to announce.</summary>
    public override void WriteStart(ServerSentEvents events, int choice)
    {
    }

    public override void WriteText(ServerSentEvents events, int choice, string text) =>
        Write(events, [new CompletionChoice(choice, text, null)]);

    public override void WriteFinish(ServerSentEvents events, int choice, string reason) =>
        Write(events, [new CompletionChoice(choice, "", reason)]);

    public override void WriteUsage(ServerSentEvents events, Usage usage) => Write(events, [], usage);

    public override Task WriteWholeAsync(HttpResponse response, IReadOnlyList<(string Text, string FinishReason)> choices, Usage usage) =>
        response.WriteAsJsonAsync(
            Wire([.. choices.Select((choice, index) => new CompletionChoice(index, choice.Text, choice.FinishReason))], usage),
            ApiJson.Wire.CompletionResponse);

    private void Write(ServerSentEvents events, IReadOnlyList<CompletionChoice> choices, Usage? usage = null) =>
        events.Write(Wire(choices, usage), ApiJson.Wire.CompletionResponse);

    private CompletionResponse Wire(IReadOnlyList<CompletionChoice> choices, Usage? usage) =>
        new(_id, "text_completion", created, model, choices) { Usage = usage };
}
