namespace Preble.Hosting;

/// <summary>A model to serve: where its files are, and under which name if not its own.</summary>
/// <param name="Path">A GGUF file or a Hugging Face folder; null for the model that comes with the repository.</param>
/// <param name="Name">What clients call it; null for the name that its files give.</param>
public sealed record ModelSource(string? Path = null, string? Name = null)
{
    /// <summary>Reads <c>PATH</c> or <c>NAME=PATH</c>. A path that exists is a path, whatever signs are in it.</summary>
    public static ModelSource Parse(string text)
    {
        var sign = text.IndexOf('=', StringComparison.Ordinal);
        return sign < 0 || System.IO.Path.Exists(text) || text[..sign].Contains('/', StringComparison.Ordinal)
            ? new ModelSource(text)
            : new ModelSource(text[(sign + 1)..], text[..sign]);
    }
}
