namespace Preble.Core.Text.Jinja;

/// <summary>A chat template in the subset of Jinja that models use. Parse once, render from any thread.</summary>
/// <remarks>
/// It behaves as Jinja2 does when Hugging Face sets it up: trim_blocks, lstrip_blocks, an immutable sandbox, break and continue,
/// <c>{% generation %}</c>, and <c>tojson</c> as Python's json.dumps. A template is not trusted:
/// what it may cost is bounded in <see cref="Limits"/>.
/// </remarks>
public sealed class JinjaChatTemplate : IChatTemplate
{
    private readonly Statement _body;

    private JinjaChatTemplate(Statement body) => _body = body;

    /// <summary>Parses a template.</summary>
    /// <exception cref="ChatTemplateException">The template is not valid; the message gives the line and what was expected.</exception>
    public static JinjaChatTemplate Parse(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Length > Limits.TemplateCharacters)
        {
            throw new ChatTemplateException($"The chat template has {source.Length} characters; the limit is {Limits.TemplateCharacters}.");
        }

        try
        {
            return new JinjaChatTemplate(TemplateParser.Parse(source));
        }
        catch (TemplateFailure failure)
        {
            throw new ChatTemplateException($"The chat template cannot be parsed: {failure.Message}", failure);
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Values are strings, booleans, whole numbers, floats, null, lists and dictionaries of them, or JSON elements.
    /// The variable <c>now</c>, a <see cref="DateTimeOffset"/>, is what <c>strftime_now</c> shows; the template itself does not see it.
    /// </remarks>
    public string Render(IReadOnlyDictionary<string, object?> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        var scope = new Scope(null);
        var context = new RenderContext(new Scope(scope), variables.GetValueOrDefault("now") as DateTimeOffset?);
        try
        {
            foreach (var (name, value) in variables)
            {
                if (value is not DateTimeOffset)
                {
                    scope.Set(name, FromDotNet.Convert(context, value));
                }
            }

            _body.Execute(context);
            return context.Output.ToString();
        }
        catch (TemplateFailure failure)
        {
            throw new ChatTemplateException(
                failure.Refusal ? failure.Message : $"{failure.Message} (chat template, line {context.Line})", failure);
        }
    }
}
