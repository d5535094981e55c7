namespace Preble.Core.Text;

/// <summary>Renders a conversation into the prompt text that the model was trained on. Immutable: shared by all threads.</summary>
public interface IChatTemplate
{
    /// <summary>Renders with the given variables (messages, tools, add_generation_prompt, bos_token, eos_token …) as plain .NET values, see TemplateValue.</summary>
    /// <exception cref="ChatTemplateException">The template refused the conversation or failed; the message says why.</exception>
    string Render(IReadOnlyDictionary<string, object?> variables);
}

/// <summary>A chat template that cannot be parsed, or a conversation that it refuses (its own <c>raise_exception</c> included).</summary>
public sealed class ChatTemplateException(string message, Exception? inner = null) : Exception(message, inner);
