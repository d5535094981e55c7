using Preble.Core;
using Preble.Core.Engine;
using Preble.Core.Text;
using Preble.Core.Text.Jinja;
using Preble.Inference;
using Preble.Inference.ModelFiles;

namespace Preble.Hosting;

/// <summary>A model's tokeniser and template without its weights: all that a process without devices needs of it.</summary>
internal static class ModelText
{
    /// <exception cref="StartException">The model is missing or corrupt; one sentence.</exception>
    public static ServedModel Open(ModelSource source)
    {
        try
        {
            var package = ModelPackage.Open(source.Path ?? DefaultModel.Find());
            return Of(package, new ModelId(source.Name ?? package.Name));
        }
        catch (Exception failure) when (IsBadModel(failure))
        {
            throw new StartException(failure.Message, failure);
        }
    }

    /// <summary>With what the model itself can address: how much of it fits into a worker's cache, the worker knows.</summary>
    public static ServedModel Of(ModelPackage package, ModelId id) => new()
    {
        Id = id,
        Tokenizer = package.Tokenizer.CreateTokenizer(),
        Template = package.ChatTemplate is { } source ? JinjaChatTemplate.Parse(source) : null,
        BeginText = package.BeginText,
        EndText = package.EndText,
        SpecialNames = [.. package.Tokenizer.SpecialTokens.Where(token => token.Special).Select(token => token.Content)],
        ContextTokens = package.ContextTokens,
        BlockSize = Limits.BlockSize,
        Description = $"{id}: context of {package.ContextTokens} tokens; its workers are elsewhere",
    };

    /// <summary>True for what is wrong with a model's files and not with us.</summary>
    public static bool IsBadModel(Exception failure) =>
        failure is ModelFileException or EngineException or TokenizerException or ChatTemplateException or IOException;
}
