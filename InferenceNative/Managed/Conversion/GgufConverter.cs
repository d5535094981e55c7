using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Gguf;

namespace Preble.Inference.Conversion;

/// <summary>
/// Writes a GGUF file again with its matrices in another type, some rows at a time: neither file is ever in memory as a whole. Call
/// <see cref="Write"/>.
/// </summary>
public sealed class GgufConverter
{
    private const string FileTypeKey = "general.file_type";
    private const int ChunkBytes = 4 << 20;

    private readonly GgufFile _source;
    private readonly TensorType _wanted;

    private GgufConverter(GgufFile source, TensorType wanted) => (_source, _wanted) = (source, wanted);

    /// <summary>Writes the converted file; <paramref name="progress"/> gets the share that is done.</summary>
    /// <exception cref="ModelFileException">The source is missing, corrupt or has types that are not supported.</exception>
    /// <exception cref="IOException">The source cannot be read or the target not written; the target is incomplete.</exception>
    public static void Write(GgufFile source, TensorType wanted, Stream target, Action<double> progress, CancellationToken cancellation)
        => new GgufConverter(source, wanted).WriteTo(target, progress, cancellation);

    private void WriteTo(Stream target, Action<double> progress, CancellationToken cancellation)
    {
        var tensors = _source.Tensors.Select(Plan).ToList();
        using var input = ModelStreams.Open(_source.Path);
        WriteHeader(new GgufWriter(target), input, tensors);
        var (total, done) = (Math.Max(1, tensors.Sum(t => t.SizeBytes)), 0L);
        var start = Pad(target);
        foreach (var tensor in tensors)
        {
            WriteRows(tensor, input, target, cancellation);
            Pad(target);
            done += tensor.SizeBytes;
            progress((double)done / total);
        }

        Invariant(target.Position - start == tensors.Sum(t => Aligned(t.SizeBytes)));
    }

    private PlannedTensor Plan(GgufTensor tensor)
    {
        if (!TensorTypes.IsSupported(tensor.TypeNumber))
        {
            throw new ModelFileException(
                $"{_source.Name}: the tensor {tensor.Name} has the type {TensorTypes.NameOf(tensor.TypeNumber)}, which is not supported: "
                + $"supported are {TensorTypes.Supported}.");
        }

        var (stored, rows) = ((TensorType)tensor.TypeNumber, tensor.Shape.Skip(1).Aggregate(1L, (a, b) => a * b));
        return new PlannedTensor(tensor, stored, ConversionTypes.Of(tensor.Name, stored, _wanted, tensor.Shape), rows);
    }

    private void WriteHeader(GgufWriter writer, Stream input, List<PlannedTensor> tensors)
    {
        var kept = _source.Entries.Where(entry => entry.Key != FileTypeKey).ToList();
        writer.Header(tensors.Count, kept.Count + 1);
        foreach (var entry in kept)
        {
            writer.Bytes(ReadAt(input, entry.Offset, entry.SizeBytes));
        }

        writer.Number(FileTypeKey, ConversionTypes.FileType(_wanted));
        var offset = 0L;
        foreach (var tensor in tensors)
        {
            writer.Tensor(tensor.Source.Name, tensor.Source.Shape, (uint)tensor.Type, offset);
            offset += Aligned(tensor.SizeBytes);
        }
    }

    private static void WriteRows(PlannedTensor tensor, Stream input, Stream target, CancellationToken cancellation)
    {
        var (columns, from, to) = (tensor.Source.Shape[0], tensor.StoredRowBytes, tensor.RowBytes);
        var most = Math.Max(1, ChunkBytes / Math.Max(from, to));
        var rowsOut = new byte[Math.Min(most, tensor.Rows) * to];
        for (var row = 0L; row < tensor.Rows; row += most)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(most, tensor.Rows - row);
            var rowsIn = ReadAt(input, tensor.Source.Offset + (row * from), count * from);
            if (tensor.Stored == tensor.Type)
            {
                target.Write(rowsIn);
                continue;
            }

            var converted = rowsOut.AsSpan(0, (int)(count * to));
            RowConverter.Convert(tensor.Stored, tensor.Type, rowsIn, count, columns, converted);
            target.Write(converted);
        }
    }

    private static byte[] ReadAt(Stream input, long offset, long count)
    {
        var bytes = new byte[count];
        input.Position = offset;
        input.ReadExactly(bytes);
        return bytes;
    }

    private long Pad(Stream target)
    {
        target.Write(new byte[Aligned(target.Position) - target.Position]);
        return target.Position;
    }

    private long Aligned(long bytes) => (bytes + _source.Alignment - 1) / _source.Alignment * _source.Alignment;

    private static void Invariant(bool holds) => Core.Invariant.Require(holds, "the tensors lie where the table says");

    private sealed record PlannedTensor(GgufTensor Source, TensorType Stored, TensorType Type, long Rows)
    {
        public long StoredRowBytes { get; } = RowConverter.RowBytes(Stored, Source.Shape[0]);

        public long RowBytes { get; } = RowConverter.RowBytes(Type, Source.Shape[0]);

        public long SizeBytes => Rows * RowBytes;
    }
}
