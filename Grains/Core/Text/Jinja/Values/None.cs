namespace Preble.Core.Text.Jinja;

/// <summary>Python's None: a value, unlike <see cref="Undefined"/>. Values inside the interpreter are never null.</summary>
internal sealed class None
{
    public static readonly None Value = new();

    private None()
    {
    }
}
