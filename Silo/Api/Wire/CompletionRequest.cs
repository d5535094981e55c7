namespace Preble.Api.Wire;

/// <summary>The body of <c>POST /v1/completions</c>: a raw prompt without a chat template.</summary>
internal sealed record CompletionRequest : GenerationRequest
{
    public PromptInput? Prompt { get; init; }

    public int? BestOf { get; init; }

    public int? Logprobs { get; init; }

    public bool? Echo { get; init; }

    public string? Suffix { get; init; }
}
