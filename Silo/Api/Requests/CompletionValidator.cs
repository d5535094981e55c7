using Preble.Api.Wire;

namespace Preble.Api;

/// <summary>Every 400 that only a raw completion can get, and the shared ones.</summary>
internal static class CompletionValidator
{
    public static ApiError? Check(CompletionRequest request, ApiModels models) =>
        SettingsValidator.Check(request, models)
        ?? Prompt(request.Prompt, models.Find(request.Model)!.Tokenizer.VocabularySize)
        ?? (request.Logprobs > 0 ? ApiErrors.Unsupported("logprobs", "is not supported by this server") : null)
        ?? (request.Echo == true ? ApiErrors.Unsupported("echo", "is not supported by this server") : null)
        ?? (!string.IsNullOrEmpty(request.Suffix) ? ApiErrors.Unsupported("suffix", "is not supported by this server") : null)
        ?? (request.BestOf is { } best && best != (request.N ?? 1)
            ? ApiErrors.Unsupported("best_of", "must equal 'n': answers are not ranked by this server") : null);

    private static ApiError? Prompt(PromptInput? prompt, int vocabularySize)
    {
        if (prompt?.Tokens is { } tokens)
        {
            return tokens.Count == 0 ? ApiErrors.InvalidValue("prompt", "is empty")
                : tokens.Any(token => token < 0 || token >= vocabularySize)
                    ? ApiErrors.InvalidValue("prompt", $"has a token id outside the vocabulary of {vocabularySize}")
                : null;
        }

        return prompt?.Texts switch
        {
            null => ApiErrors.Missing("prompt"),
            { Count: 1 } texts => string.IsNullOrEmpty(texts[0]) ? ApiErrors.InvalidValue("prompt", "is empty") : null,
            var texts => ApiErrors.Unsupported("prompt", $"has {texts.Count} prompts; send one prompt a request"),
        };
    }
}
