using System.Runtime.InteropServices;
using Preble.Core;
using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Gguf;

namespace Preble.Inference.Conversion;

/// <summary>Writes what a plan says, some rows at a time: no tensor is ever in memory as a whole. Call <see cref="Write"/>.</summary>
internal sealed class ConversionWriter : IDisposable
{
    /// <summary>Bytes that are read or written at once, unless a row or a head has more.</summary>
    public const int ChunkBytes = 4 << 20;

    private readonly ConversionPlan _plan;
    private readonly int _chunkBytes;
    private readonly Stream _target;
    private string? _sourcePath;
    private FileStream? _source;

    private ConversionWriter(ConversionPlan plan, Stream target, int chunkBytes) => (_plan, _target, _chunkBytes) = (plan, target, chunkBytes);

    /// <summary>Writes the file; <paramref name="progress"/> gets the share that is done.</summary>
    /// <exception cref="ModelFileException">A source is missing.</exception>
    /// <exception cref="IOException">A source cannot be read or the target not written; the target is incomplete.</exception>
    public static void Write(
        ConversionPlan plan, Stream target, Action<double> progress, CancellationToken cancellation, int chunkBytes = ChunkBytes)
    {
        using var writer = new ConversionWriter(plan, target, chunkBytes);
        writer.Run(progress, cancellation);
    }

    public void Dispose() => _source?.Dispose();

    private void Run(Action<double> progress, CancellationToken cancellation)
    {
        WriteHeader(new GgufWriter(_target));
        var (total, done) = (Math.Max(1, _plan.Tensors.Sum(t => t.SizeBytes)), 0L);
        var start = Pad();
        foreach (var tensor in _plan.Tensors)
        {
            foreach (var part in tensor.Parts)
            {
                WriteRows(tensor, part, cancellation);
            }

            Pad();
            done += tensor.SizeBytes;
            progress((double)done / total);
        }

        Invariant.Require(_target.Position - start == _plan.Tensors.Sum(t => Aligned(t.SizeBytes)), "the tensors lie where the table says");
    }

    private void WriteHeader(GgufWriter writer)
    {
        writer.Header(_plan.Tensors.Count, _plan.Entries.Count);
        foreach (var entry in _plan.Entries)
        {
            writer.Bytes(entry);
        }

        var offset = 0L;
        foreach (var tensor in _plan.Tensors)
        {
            writer.Tensor(tensor.Name, tensor.Shape, (uint)tensor.Type, offset);
            offset += Aligned(tensor.SizeBytes);
        }
    }

    private void WriteRows(PlannedTensor tensor, TensorRows part, CancellationToken cancellation)
    {
        var (from, to) = (RowConverter.RowBytes(part.Type, tensor.Columns), tensor.RowBytes);
        var most = Math.Max(1, _chunkBytes / Math.Max(from, to));
        if (part.ShuffledRows > 0)
        {
            most = Math.Max(1, most / part.ShuffledRows) * part.ShuffledRows;
        }

        for (var row = 0L; row < part.Rows; row += most)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(most, part.Rows - row);
            var rows = Read(part, row * from, count * from);
            if (part.ShuffledRows > 0)
            {
                rows = RowShuffle.Apply(rows, part.ShuffledRows, from);
            }

            _target.Write(Convert(tensor, part, rows, count));
        }
    }

    private static byte[] Convert(PlannedTensor tensor, TensorRows part, byte[] rows, long count)
    {
        if (part.Type != tensor.Type)
        {
            var converted = new byte[count * tensor.RowBytes];
            RowConverter.Convert(part.Type, tensor.Type, rows, count, tensor.Columns, converted);
            rows = converted;
        }

        if (part.PlusOne)
        {
            Invariant.Require(tensor.Type == TensorType.F32, "one is added to floats");
            foreach (ref var value in MemoryMarshal.Cast<byte, float>(rows.AsSpan()))
            {
                value++;
            }
        }

        return rows;
    }

    private byte[] Read(TensorRows part, long offset, long count)
    {
        if (part.Content is { } content)
        {
            return content.AsSpan((int)offset, (int)count).ToArray();
        }

        if (_sourcePath != part.Path)
        {
            _source?.Dispose();
            (_sourcePath, _source) = (part.Path, ModelStreams.Open(part.Path));
        }

        var bytes = new byte[count];
        _source!.Position = part.Offset + offset;
        _source.ReadExactly(bytes);
        return bytes;
    }

    private long Pad()
    {
        _target.Write(new byte[Aligned(_target.Position) - _target.Position]);
        return _target.Position;
    }

    private long Aligned(long bytes) => (bytes + _plan.Alignment - 1) / _plan.Alignment * _plan.Alignment;
}
