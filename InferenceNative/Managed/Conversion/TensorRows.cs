using Preble.Inference.ModelFiles;

namespace Preble.Inference.Conversion;

/// <summary>Rows as they lie in a file, and what is done to them besides a change of their type.</summary>
/// <param name="Offset">Bytes from the start of the file.</param>
internal sealed record TensorRows(string Path, long Offset, TensorType Type, long Rows)
{
    /// <summary>Rows of which the two halves are shuffled into each other, so that what is rotated together is neighbours; 0 to keep their order.</summary>
    public int ShuffledRows { get; init; }

    /// <summary>Whether one is added to every number.</summary>
    public bool PlusOne { get; init; }

    /// <summary>The bytes themselves, for what is in no file.</summary>
    public byte[]? Content { get; init; }
}
