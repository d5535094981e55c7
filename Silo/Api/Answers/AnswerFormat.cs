using Preble.Api.Wire;

namespace Preble.Api;

/// <summary>How an endpoint writes its answer: as one body, or as events.</summary>
internal abstract class AnswerFormat
{
    /// <summary>What a choice's first event says before any text.</summary>
    public abstract void WriteStart(ServerSentEvents events, int choice);

    public abstract void WriteText(ServerSentEvents events, int choice, string text);

    public abstract void WriteFinish(ServerSentEvents events, int choice, string reason);

    public abstract void WriteUsage(ServerSentEvents events, Usage usage);

    public abstract Task WriteWholeAsync(HttpResponse response, IReadOnlyList<(string Text, string FinishReason)> choices, Usage usage);
}
