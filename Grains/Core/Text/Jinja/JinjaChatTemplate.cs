namespace Preble.Core.Text.Jinja;

/// <summary>A chat template in the subset of Jinja that models use. Parse once, render from any thread.</summary>
public sealed class JinjaChatTemplate : IChatTemplate
{
    private readonly string _source;

    private JinjaChatTemplate(string source) => _source = source;

    /// <summary>Parses a template.</summary>
    /// <exception cref="ChatTemplateException">The template is not valid; the message gives the line.</exception>
    public static JinjaChatTemplate Parse(string source) => new(source);

    /// <inheritdoc/>
    public string Render(IReadOnlyDictionary<string, object?> variables) =>
        throw new ChatTemplateException($"Rendering arrives with the interpreter (template of {_source.Length} characters).");
}
