namespace Preble.Inference.ModelFiles.HuggingFace;

/// <summary>Reads the tensor table of a safetensors file: eight bytes of length, a JSON header, then the weights.</summary>
internal static class SafetensorsFile
{
    public static IReadOnlyList<StoredTensor> Open(string path, int fileIndex)
    {
        using var stream = ModelStreams.Open(path);
        return Read(stream, Path.GetFileName(path), fileIndex);
    }

    public static IReadOnlyList<StoredTensor> Read(Stream stream, string fileName, int fileIndex)
    {
        var reader = new BoundedReader(stream, fileName);
        var headerBytes = reader.ReadCount(ModelFileLimits.JsonBytes, 1, "the length of the header");
        var header = JsonFile.Parse(reader.ReadBytes(headerBytes, "the header"), fileName);
        var tensors = new List<StoredTensor>();
        foreach (var (name, value) in header.Properties)
        {
            if (name == "__metadata__")
            {
                continue;
            }

            if (tensors.Count == ModelFileLimits.Tensors)
            {
                throw reader.Failure($"there are more than {ModelFileLimits.Tensors} tensors");
            }

            tensors.Add(ReadEntry(reader, header.Child(name, value), name, fileIndex));
        }

        return tensors;
    }

    private static StoredTensor ReadEntry(BoundedReader reader, JsonFile entry, string name, int fileIndex)
    {
        var typeName = entry.FindString("dtype") ?? throw entry.Failure($"the tensor {name} has no dtype");
        var shape = entry.Integers("shape");
        if (shape.Count is 0 or > ModelFileLimits.Dimensions || shape.Any(extent => extent == 0))
        {
            throw entry.Failure($"the tensor {name} has the shape [{string.Join(", ", shape)}]");
        }

        var offsets = entry.Integers("data_offsets");
        var room = reader.Length - reader.Position;
        if (offsets.Count != 2 || offsets[0] > offsets[1] || offsets[1] > room)
        {
            throw entry.Failure($"the tensor {name} lies at [{string.Join(", ", offsets)}], outside the {room} bytes of weights");
        }

        var (type, size) = (TypeOf(typeName), offsets[1] - offsets[0]);
        if (type is { } known && !HasSize(shape, TensorTypes.BlockBytes(known), size))
        {
            throw entry.Failure($"the tensor {name} takes {size} bytes, which is not what its shape and type need");
        }

        return new StoredTensor(name, type, typeName, shape, fileIndex, reader.Position + offsets[0], size);
    }

    private static TensorType? TypeOf(string name) => name switch
    {
        "F32" => TensorType.F32,
        "F16" => TensorType.F16,
        "BF16" => TensorType.BF16,
        _ => null,
    };

    // Divides instead of multiplying: a hostile shape must not overflow into the right size.
    private static bool HasSize(IReadOnlyList<long> shape, long elementBytes, long size)
    {
        foreach (var factor in shape.Prepend(elementBytes))
        {
            if (size % factor != 0)
            {
                return false;
            }

            size /= factor;
        }

        return size == 1;
    }
}
