using System.Collections.Immutable;
using Preble.Api.Wire;
using Preble.Core.Text;
using Preble.Core.Tokens;

namespace Preble.Api;

/// <summary>From a request as read to a plan: validate, render, tokenise, hash. What does not fit is answered here, before anything is placed.</summary>
internal sealed class GenerationPlanner(ApiModels models, RequestNumbers numbers, TimeProvider time)
{
    public ApiError? Plan(ChatCompletionRequest request, RequestOrigin origin, out GenerationPlan? plan)
    {
        plan = null;
        if ((SettingsValidator.Headers(origin) ?? ChatValidator.Check(request, models)) is { } invalid)
        {
            return invalid;
        }

        var model = models.Find(request.Model)!;
        if (model.Template is null)
        {
            return ApiErrors.Unsupported("messages", "cannot be used: this model has no chat template; use /v1/completions");
        }

        int[] prompt;
        try
        {
            prompt = ChatPrompt.Encode(model, request, time.GetUtcNow());
        }
        catch (ChatTemplateException refusal)
        {
            return ApiErrors.InvalidValue("messages", $"is refused by the model's chat template: {refusal.Message.TrimEnd('.')}");
        }

        var settings = SettingsValidator.Settings(request, request.MaxCompletionTokens ?? request.MaxTokens, numbers.Seed(), origin);
        return Fit(model, origin.Name, prompt, settings, "messages", out plan);
    }

    public ApiError? Plan(CompletionRequest request, RequestOrigin origin, out GenerationPlan? plan)
    {
        plan = null;
        if ((SettingsValidator.Headers(origin)
            ?? CompletionValidator.Check(request, models)) is { } invalid)
        {
            return invalid;
        }

        var model = models.Find(request.Model)!;

        // A raw prompt is the client's own text: there it may name control tokens, as in the original API.
        var prompt = request.Prompt!.Tokens?.ToArray()
            ?? model.Tokenizer.Encode(request.Prompt.Texts![0]!, parseSpecial: true, addBegin: true);
        var settings = SettingsValidator.Settings(request, request.MaxTokens ?? ApiLimits.CompletionMaxTokens, numbers.Seed(), origin);
        return Fit(model, origin.Name, prompt, settings, "prompt", out plan);
    }

    private ApiError? Fit(ApiModel model, string name, int[] prompt, GenerationSettings settings, string param, out GenerationPlan? plan)
    {
        plan = null;
        if (prompt.Length == 0)
        {
            return ApiErrors.InvalidValue(param, "gives no tokens");
        }

        var room = model.ContextTokens - prompt.Length;
        if (room < 1)
        {
            return ApiErrors.ContextExceeded(prompt.Length, model.ContextTokens, param);
        }

        plan = new GenerationPlan(
            model,
            name,
            ImmutableArray.Create(prompt),
            BlockHasher.Hash(prompt, model.BlockSize, settings.CacheSalt),
            Math.Min(settings.MaxTokens ?? room, room),
            settings,
            settings.TimeoutSeconds > 0 ? new Deadline(settings.TimeoutSeconds, time) : null);
        return null;
    }
}
