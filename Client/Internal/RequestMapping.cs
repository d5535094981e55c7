using Microsoft.Extensions.AI;

namespace Preble.Client.Internal;

/// <summary>From Microsoft.Extensions.AI's request to ours. What the server cannot do is refused here and not dropped in silence.</summary>
internal static class RequestMapping
{
    public static WireRequest ToWire(IEnumerable<ChatMessage> messages, ChatOptions? options, string model, bool stream)
    {
        if (options?.Tools is { Count: > 0 })
        {
            throw new NotSupportedException("Tools are not supported by this client.");
        }

        if (options?.ResponseFormat is not (null or ChatResponseFormatText))
        {
            throw new NotSupportedException("Only the text response format is supported.");
        }

        var wire = messages.Select(Message);
        return new WireRequest
        {
            Model = model,
            Messages = [.. options?.Instructions is { } instructions ? wire.Prepend(new WireMessage("system", instructions)) : wire],
            Stream = stream ? true : null,
            StreamOptions = stream ? new WireStreamOptions(IncludeUsage: true) : null,
            MaxCompletionTokens = options?.MaxOutputTokens,
            Temperature = options?.Temperature,
            TopP = options?.TopP,
            TopK = options?.TopK,
            PresencePenalty = options?.PresencePenalty,
            FrequencyPenalty = options?.FrequencyPenalty,
            Seed = options?.Seed,
            Stop = options?.StopSequences,
            Priority = Own<int?>(options, PrebleChatProperties.Priority),
            Timeout = Seconds(options, PrebleChatProperties.Timeout),
            CachePinSeconds = Seconds(options, PrebleChatProperties.CachePin),
            CacheSalt = Own<string?>(options, PrebleChatProperties.CacheSalt),
            PromptCacheKey = Own<string?>(options, PrebleChatProperties.PromptCacheKey),
            User = Own<string?>(options, PrebleChatProperties.User),
        };
    }

    /// <summary>One of our own fields; other additional properties are meant for other clients and left alone.</summary>
    private static T? Own<T>(ChatOptions? options, string name) => options?.AdditionalProperties?.GetValueOrDefault(name) switch
    {
        null => default,
        T value => value,
        var value => throw new ArgumentException(
            $"The additional property '{name}' must be a {(Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T)).Name}, not a {value.GetType().Name}.",
            nameof(options)),
    };

    private static double? Seconds(ChatOptions? options, string name) => options?.AdditionalProperties?.GetValueOrDefault(name) switch
    {
        TimeSpan time => time.TotalSeconds,
        int seconds => seconds,
        _ => Own<double?>(options, name),
    };

    private static WireMessage Message(ChatMessage message)
    {
        var unreadable = message.Contents.FirstOrDefault(content => content is not (TextContent or TextReasoningContent));
        return unreadable is null
            ? new WireMessage(message.Role.Value, message.Text, message.AuthorName)
            : throw new NotSupportedException($"Only text can be sent, not {unreadable.GetType().Name}.");
    }
}
