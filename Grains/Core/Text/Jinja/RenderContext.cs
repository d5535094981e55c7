using System.Runtime.CompilerServices;
using System.Text;

namespace Preble.Core.Text.Jinja;

/// <summary>One rendering: its variables, its output and what is left of its bounds. Used by one thread, once.</summary>
internal sealed class RenderContext
{
    private long _stepsLeft = Limits.TemplateSteps;
    private long _charactersLeft = Limits.TemplateWorkCharacters;

    public RenderContext(Scope scope, DateTimeOffset? now)
    {
        Scope = scope;
        Now = now;
        Keys = new KeyComparer(this);
    }

    /// <summary>The variables visible now. Whoever opens a scope closes it.</summary>
    public Scope Scope { get; set; }

    /// <summary>What <c>strftime_now</c> tells; null when the caller gave no time.</summary>
    public DateTimeOffset? Now { get; }

    /// <summary>Where text goes. A macro, or a block that captures, puts its own builder here meanwhile.</summary>
    public StringBuilder Output { get; private set; } = new();

    /// <summary>The line of the statement being executed, for messages.</summary>
    public int Line { get; set; } = 1;

    /// <summary>Equality of dictionary keys; it belongs to the rendering because comparing costs steps.</summary>
    public KeyComparer Keys { get; }

    /// <summary>Counts one unit of work. Everything that recurses passes here, so the stack is watched here too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step()
    {
        if (--_stepsLeft < 0 || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            FailStep();
        }
    }

    /// <summary>Counts many units of work at once, before they are done.</summary>
    public void Steps(long count)
    {
        _stepsLeft -= Math.Max(0, count);
        Step();
    }

    /// <summary>Counts characters about to be made; call it before making them.</summary>
    public void Charge(long characters)
    {
        _charactersLeft -= Math.Max(0, characters);
        if (_charactersLeft < 0)
        {
            throw new TemplateFailure($"the template made more than {Limits.TemplateWorkCharacters} characters of text");
        }
    }

    /// <summary>Counts characters that are only read: cheaper than making them, but not free.</summary>
    public void ChargeScan(long characters) => Charge(characters >> 3);

    public void Write(string text)
    {
        if (Output.Length + (long)text.Length > Limits.TemplateOutputCharacters)
        {
            throw new TemplateFailure($"the rendered text is longer than {Limits.TemplateOutputCharacters} characters");
        }

        Charge(text.Length);
        Output.Append(text);
    }

    /// <summary>Executes a body and returns what it wrote.</summary>
    public string Capture(Statement body, Scope scope)
    {
        var (outer, outerScope) = (Output, Scope);
        Output = new StringBuilder();
        Scope = scope;
        try
        {
            body.Execute(this);
            return Output.ToString();
        }
        finally
        {
            Output = outer;
            Scope = outerScope;
        }
    }

    private void FailStep() => throw new TemplateFailure(_stepsLeft < 0
        ? $"the template took more than {Limits.TemplateSteps} steps"
        : "the template nests too deeply (a macro that calls itself without end?)");
}
