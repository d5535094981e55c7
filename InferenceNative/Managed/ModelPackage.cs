using Preble.Core.Text;
using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.ModelFiles.Gguf;
using Preble.Inference.ModelFiles.HuggingFace;

namespace Preble.Inference;

/// <summary>
/// An opened model, a GGUF file or a Hugging Face folder: its tokeniser, its template and where its weights lie. Immutable; it holds no file open.
/// The weights are read by <see cref="Load"/>.
/// </summary>
public sealed class ModelPackage
{
    private readonly Checkpoint _checkpoint;

    private ModelPackage(string path, Checkpoint checkpoint, TokenizerDefinition tokenizer, string? chatTemplate)
    {
        Name = ModelNames.FromPath(path);
        _checkpoint = checkpoint;
        Tokenizer = Pad(tokenizer, checkpoint.Config.Vocabulary, path);
        ChatTemplate = chatTemplate;
    }

    /// <summary>The model's id in the API.</summary>
    public string Name { get; }

    public TokenizerDefinition Tokenizer { get; }

    /// <summary>The Jinja source of the chat template, if the model has one.</summary>
    public string? ChatTemplate { get; }

    /// <summary>The longest prompt plus output.</summary>
    public int ContextTokens => _checkpoint.Config.Context;

    /// <summary>The name of the begin token, for templates.</summary>
    public string? BeginText => Tokenizer.BeginToken is { } id ? Tokenizer.Tokens[id] : null;

    /// <summary>The name of the first end token, for templates.</summary>
    public string? EndText => Tokenizer.EndTokens is [var id, ..] ? Tokenizer.Tokens[id] : null;

    /// <summary>Tells these weights from all others; reads a megabyte of each file.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public string Identity() => ModelIdentity.Of(_checkpoint.Files);

    /// <summary>Opens a GGUF file, a Hugging Face folder, or a folder with one GGUF file in it.</summary>
    /// <exception cref="ModelFileException">The model is missing, truncated, corrupt or not supported; one sentence.</exception>
    public static ModelPackage Open(string path)
    {
        if (!Directory.Exists(path))
        {
            return OpenGguf(path);
        }

        return File.Exists(Path.Combine(path, "config.json"))
            ? OpenHuggingFace(path)
            : Directory.GetFiles(path, "*.gguf") is [var only] ? OpenGguf(only)
            : throw new ModelFileException($"{path}: the folder holds neither a config.json nor exactly one GGUF file.");
    }

    /// <summary>Reads the weights, once for all engines. The caller disposes the result.</summary>
    /// <exception cref="Native.NativeInferenceException">The native library is missing, or refuses the model.</exception>
    public LoadedModel Load(WeightsMode weights) => new(_checkpoint, weights);

    private static ModelPackage OpenGguf(string path)
    {
        var file = GgufFile.Open(path);
        return new ModelPackage(path, GgufCheckpoint.Read(file), GgufTokenizer.Read(file), file.Metadata.FindString(GgufTokenizerKeys.ChatTemplate));
    }

    private static ModelPackage OpenHuggingFace(string folder)
    {
        var (tokenizer, template) = HuggingFaceText.Read(folder);
        return new ModelPackage(folder, HuggingFaceCheckpoint.Read(folder), tokenizer, template);
    }

    // A vocabulary may be padded for the hardware: ids without a token exist in the weights, so the tokeniser must know of them.
    private static TokenizerDefinition Pad(TokenizerDefinition tokenizer, int vocabulary, string path)
    {
        var missing = vocabulary - tokenizer.Tokens.Count;
        return missing switch
        {
            0 => tokenizer,
            > 0 => tokenizer with { Tokens = [.. tokenizer.Tokens, .. Enumerable.Repeat("", missing)] },
            _ => throw new ModelFileException($"{path}: the tokeniser has {tokenizer.Tokens.Count} tokens and the model only {vocabulary}."),
        };
    }
}
