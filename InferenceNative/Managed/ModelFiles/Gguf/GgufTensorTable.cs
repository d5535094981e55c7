namespace Preble.Inference.ModelFiles.Gguf;

/// <summary>Reads the tensor table, the last part before the weights, and checks that every tensor lies within the file.</summary>
internal static class GgufTensorTable
{
    public static IReadOnlyList<GgufTensor> Read(BoundedReader reader, int count, int alignment)
    {
        var tensors = new GgufTensor[count];
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            tensors[i] = ReadEntry(reader);
            if (!names.Add(tensors[i].Name))
            {
                throw reader.Failure($"the tensor {tensors[i].Name} is there twice");
            }
        }

        // Offsets count from the end of the table, rounded up to the alignment.
        var start = (reader.Position + alignment - 1) / alignment * alignment;
        for (var i = 0; i < count; i++)
        {
            tensors[i] = Place(reader, tensors[i], start, alignment);
        }

        return tensors;
    }

    private static GgufTensor ReadEntry(BoundedReader reader)
    {
        var name = reader.ReadString(ModelFileLimits.NameBytes, "a tensor's name");
        var dimensions = reader.ReadUInt32($"the dimensions of {name}");
        if (dimensions is 0 or > ModelFileLimits.Dimensions)
        {
            throw reader.Failure($"the tensor {name} has {dimensions} dimensions");
        }

        var shape = new long[dimensions];
        for (var i = 0; i < shape.Length; i++)
        {
            var extent = reader.ReadUInt64($"the shape of {name}");
            shape[i] = extent is > 0 and <= long.MaxValue ? (long)extent : throw reader.Failure($"the tensor {name} has a dimension of {extent}");
        }

        var type = reader.ReadUInt32($"the type of {name}");
        var offset = reader.ReadUInt64($"the offset of {name}");
        return offset <= (ulong)reader.Length
            ? new GgufTensor(name, shape, type, (long)offset, SizeOf(reader, name, shape, type))
            : throw reader.Failure($"the tensor {name} begins at {offset}, behind the end of the file");
    }

    // A supported tensor is at most as large as the file, so the product below cannot overflow: each factor is compared with what is left.
    private static long SizeOf(BoundedReader reader, string name, long[] shape, uint type)
    {
        if (!TensorTypes.IsSupported(type))
        {
            return 0;
        }

        var (elements, bytes) = (TensorTypes.BlockElements((TensorType)type), TensorTypes.BlockBytes((TensorType)type));
        if (shape[0] % elements != 0)
        {
            throw reader.Failure($"the tensor {name} has {shape[0]} columns, not a multiple of {elements} as its type needs");
        }

        var size = (long)bytes;
        foreach (var factor in shape.Skip(1).Prepend(shape[0] / elements))
        {
            size = factor <= reader.Length / size ? size * factor : throw reader.Failure($"the tensor {name} is larger than the file");
        }

        return size;
    }

    private static GgufTensor Place(BoundedReader reader, GgufTensor tensor, long start, int alignment)
    {
        if (tensor.Offset % alignment != 0)
        {
            throw reader.Failure($"the tensor {tensor.Name} begins at {tensor.Offset}, not at a multiple of {alignment}");
        }

        var offset = start + tensor.Offset;
        return offset <= reader.Length - tensor.SizeBytes
            ? tensor with { Offset = offset }
            : throw reader.Failure($"the tensor {tensor.Name} ends behind the end of the file");
    }
}
