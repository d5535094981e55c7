using Preble.Api;
using Preble.Hosting;

namespace Preble.Commands;

/// <summary>What the front-end needs of the served models, in one place.</summary>
internal static class ServedApiModel
{
    public static ApiModels Of(ServedModels models, TimeProvider time) => new([.. models.All.Select(model => Of(model, time))]);

    private static ApiModel Of(ServedModel model, TimeProvider time) => new(
        model.Id,
        model.Tokenizer,
        model.Template,
        model.ContextTokens,
        model.BlockSize,
        model.SpecialNames,
        model.BeginText ?? "",
        model.EndText ?? "",
        time.GetUtcNow().ToUnixTimeSeconds());
}
