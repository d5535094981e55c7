using Preble.Api;
using Preble.Hosting;

namespace Preble.Commands;

/// <summary>What the front-end needs of the served model, in one place.</summary>
internal static class ServedApiModel
{
    public static ApiModel Of(ServedModel model, TimeProvider time) => new(
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
