using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Gguf;

namespace Preble.Inference.Conversion;

/// <summary>Plans a GGUF file again with its matrices in another type; its metadata is copied as it is.</summary>
internal static class GgufPlan
{
    /// <exception cref="ModelFileException">The source is missing, corrupt or has types that are not supported.</exception>
    /// <exception cref="IOException">The source cannot be read.</exception>
    public static ConversionPlan Make(GgufFile source, TensorType wanted)
    {
        var kept = source.Entries.Where(entry => entry.Key != ConversionTypes.FileTypeKey).ToList();
        using var input = ModelStreams.Open(source.Path);
        var entries = kept.ConvertAll(entry => Read(input, entry));
        entries.Add(GgufEntries.Encode(ConversionTypes.FileTypeKey, ConversionTypes.FileType(wanted)));
        return new ConversionPlan(entries, [.. source.Tensors.Select(tensor => Plan(source, tensor, wanted))], source.Alignment);
    }

    private static PlannedTensor Plan(GgufFile source, GgufTensor tensor, TensorType wanted)
    {
        if (!TensorTypes.IsSupported(tensor.TypeNumber))
        {
            throw new ModelFileException(
                $"{source.Name}: the tensor {tensor.Name} has the type {TensorTypes.NameOf(tensor.TypeNumber)}, which is not supported: "
                + $"supported are {TensorTypes.Supported}.");
        }

        var (stored, rows) = ((TensorType)tensor.TypeNumber, tensor.Shape.Skip(1).Aggregate(1L, (a, b) => a * b));
        var type = ConversionTypes.Of(tensor.Name, stored, wanted, tensor.Shape);
        return new PlannedTensor(tensor.Name, tensor.Shape, type, [new TensorRows(source.Path, tensor.Offset, stored, rows)]);
    }

    private static byte[] Read(FileStream input, GgufEntry entry)
    {
        var bytes = new byte[entry.SizeBytes];
        input.Position = entry.Offset;
        input.ReadExactly(bytes);
        return bytes;
    }
}
