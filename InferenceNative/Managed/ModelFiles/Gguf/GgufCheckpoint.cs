using System.Buffers.Binary;
using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.ModelFiles.Families;

namespace Preble.Inference.ModelFiles.Gguf;

/// <summary>Turns a GGUF file into a <see cref="Checkpoint"/>.</summary>
internal static class GgufCheckpoint
{
    private const string RopeDivisors = "rope_freqs.weight";

    /// <exception cref="ModelFileException">The model is of another architecture, incomplete or not supported.</exception>
    public static Checkpoint Read(GgufFile file)
    {
        var settings = new GgufSettings(file.Metadata);
        var family = ModelFamilies.Of(settings);
        var config = family.Read(settings);
        config.Validate(file.Name);
        var divisors = file.Tensors.FirstOrDefault(t => t.Name == RopeDivisors);
        var tensors = file.Tensors.Where(t => t != divisors).Select(Store).ToList();
        var tied = !tensors.Exists(t => family.GgufNames.IsFor(t.Name, TensorRole.OutputHead));
        var placed = new CheckpointBuilder(file.Name, config, family.Name, family.GgufNames).Build(tensors, tied);
        var frequencies = family.Frequencies(settings, config.HeadSize);
        if (divisors is not null)
        {
            RopeFrequencies.Divide(frequencies, ReadDivisors(file, divisors, config.HeadSize / 2), file.Name);
        }

        return new Checkpoint(config, [file.Path], placed, frequencies);
    }

    private static StoredTensor Store(GgufTensor tensor)
    {
        TensorType? type = TensorTypes.IsSupported(tensor.TypeNumber) ? (TensorType)tensor.TypeNumber : null;
        return new(tensor.Name, type, TensorTypes.NameOf(tensor.TypeNumber), [.. tensor.Shape.Reverse()], 0, tensor.Offset, tensor.SizeBytes);
    }

    private static float[] ReadDivisors(GgufFile file, GgufTensor tensor, int count)
    {
        if (tensor.TypeNumber != (uint)TensorType.F32 || tensor.Shape.Count != 1 || tensor.Shape[0] != count)
        {
            throw new ModelFileException($"{file.Name}: the tensor {RopeDivisors} is not {count} F32 numbers.");
        }

        var bytes = ModelStreams.ReadAt(file.Path, tensor.Offset, count * sizeof(float));
        return [.. Enumerable.Range(0, count).Select(i => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float))))];
    }
}
