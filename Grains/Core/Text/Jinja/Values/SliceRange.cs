namespace Preble.Core.Text.Jinja;

/// <summary>The indices that a Python slice selects from a sequence of known length.</summary>
internal readonly record struct SliceRange(int Start, long Step, int Count)
{
    /// <summary>Null stands for a bound that was left out.</summary>
    public static SliceRange Of(int length, long? start, long? stop, long? step)
    {
        var by = step ?? 1;
        if (by == 0)
        {
            throw new TemplateFailure("slice step cannot be zero");
        }

        var (lowest, highest) = by > 0 ? (0, length) : (-1, length - 1);
        var first = start is { } s ? Clamp(s, length, lowest, highest) : by > 0 ? lowest : highest;
        var end = stop is { } e ? Clamp(e, length, lowest, highest) : by > 0 ? highest : lowest;
        long distance = by > 0 ? end - first : first - end;
        var size = by == long.MinValue ? long.MaxValue : Math.Abs(by);
        return new SliceRange(first, by, distance <= 0 ? 0 : (int)(((distance - 1) / size) + 1));
    }

    public IEnumerable<int> Indices()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return (int)(Start + (i * Step));
        }
    }

    private static int Clamp(long index, int length, int lowest, int highest) =>
        (int)Math.Clamp(index < 0 ? Math.Max(index, -length - 1L) + length : index, lowest, highest);
}
