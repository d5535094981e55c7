namespace Preble.Core.Text.Jinja;

/// <summary>
/// What goes wrong inside the interpreter; the template's face turns it into a <see cref="ChatTemplateException"/> with the line.
/// </summary>
internal sealed class TemplateFailure(string message, bool refusal = false) : Exception(message)
{
    /// <summary>The template itself refused the conversation (<c>raise_exception</c>): its words go to the user unchanged.</summary>
    public bool Refusal => refusal;
}
