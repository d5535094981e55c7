using Preble.Inference.ModelFiles;

namespace Preble.Inference.Conversion;

/// <summary>A tensor of a file that is to be written.</summary>
/// <param name="Shape">Columns first, as the file has it.</param>
/// <param name="Parts">Where its rows come from, one part after the other.</param>
internal sealed record PlannedTensor(string Name, IReadOnlyList<long> Shape, TensorType Type, IReadOnlyList<TensorRows> Parts)
{
    public long Columns => Shape[0];

    public long RowBytes { get; } = RowConverter.RowBytes(Type, Shape[0]);

    public long SizeBytes { get; } = Parts.Sum(part => part.Rows) * RowConverter.RowBytes(Type, Shape[0]);
}
