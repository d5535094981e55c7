namespace Preble.Hosting;

/// <summary>How long the streams of this process's workers may still run after it was asked to end.</summary>
public sealed record DrainLimit(TimeSpan Time)
{
    /// <summary>How long what was cut off then has for its last words.</summary>
    public static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    public DrainLimit()
        : this(TimeSpan.FromSeconds(25))
    {
    }
}
