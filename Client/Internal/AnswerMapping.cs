using Microsoft.Extensions.AI;

namespace Preble.Client.Internal;

/// <summary>From our answer to Microsoft.Extensions.AI's.</summary>
internal static class AnswerMapping
{
    public static ChatResponse ToResponse(WireAnswer answer) => new([.. (answer.Choices ?? []).Select(choice => Message(answer, choice))])
    {
        ResponseId = answer.Id,
        ModelId = answer.Model,
        CreatedAt = Created(answer),
        FinishReason = Reason(answer.Choices?.FirstOrDefault()?.FinishReason),
        Usage = Usage(answer.Usage),
        RawRepresentation = answer,
    };

    /// <param name="worker">Who generated it, as the server says in a header; for those who measure.</param>
    public static ChatResponseUpdate ToUpdate(WireAnswer answer, string? worker)
    {
        var choice = answer.Choices?.FirstOrDefault();
        var update = new ChatResponseUpdate(ChatRole.Assistant, string.IsNullOrEmpty(choice?.Delta?.Content) ? null : choice.Delta.Content)
        {
            ResponseId = answer.Id,
            MessageId = answer.Id,
            ModelId = answer.Model,
            CreatedAt = Created(answer),
            FinishReason = Reason(choice?.FinishReason),
            RawRepresentation = answer,
            AdditionalProperties = worker is null ? null : new() { [PrebleChatClient.WorkerProperty] = worker },
        };
        if (Usage(answer.Usage) is { } usage)
        {
            update.Contents.Add(new UsageContent(usage));
        }

        return update;
    }

    private static ChatMessage Message(WireAnswer answer, WireChoice choice) =>
        new(ChatRole.Assistant, choice.Message?.Content) { MessageId = answer.Id };

    private static DateTimeOffset? Created(WireAnswer answer) =>
        answer.Created is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private static ChatFinishReason? Reason(string? reason) => reason is null ? null : new ChatFinishReason(reason);

    private static UsageDetails? Usage(WireUsage? usage) => usage is null ? null : new UsageDetails
    {
        InputTokenCount = usage.PromptTokens,
        OutputTokenCount = usage.CompletionTokens,
        TotalTokenCount = usage.TotalTokens,
        CachedInputTokenCount = usage.PromptTokensDetails?.CachedTokens,
    };
}
