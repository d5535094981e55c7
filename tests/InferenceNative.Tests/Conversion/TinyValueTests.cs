using System.Runtime.InteropServices;
using System.Text.Json;
using Preble.Inference.Conversion;
using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Gguf;
using Preble.InferenceNative.Tests.Engine;
using Preble.InferenceNative.Tests.Goldens;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.Conversion;

/// <summary>The weights of every type as independent code dequantised them: exact but for the rounding of a product in float32.</summary>
public sealed class TinyValueTests
{
    private const double Rounding = 1e-6;

    public static TheoryData<string> Types =>
        ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K_M", "Q4_K_M", "Q5_K_M", "Q6_K", "IQ4_NL", "IQ4_XS"];

    [Theory]
    [MemberData(nameof(Types))]
    public void Weights_of_every_type_are_the_references(string type)
    {
        var golden = Golden.Read<TinyGgufGolden>("tiny-gguf", "golden.json").Files[$"tiny-llama.{type}.gguf"];
        if (Find(type) is not { } path)
        {
            Console.WriteLine("extra test: shared data not there");
            return;
        }

        var file = GgufFile.Open(path);
        Assert.Equal(3, golden.Tensors.Count);
        foreach (var (name, expected) in golden.Tensors)
        {
            var weights = Read(file, file.Tensors.Single(t => t.Name == name));
            var (first, last) = (Numbers(expected, "first"), Numbers(expected, "last"));
            AssertClose(first, weights.AsSpan(0, first.Length), $"{type} {name}, first");
            AssertClose(last, weights.AsSpan(weights.Length - last.Length), $"{type} {name}, last");
            Assert.Equal(expected.GetProperty("sum").GetDouble(), weights.Sum(w => (double)w), 0.01);
        }
    }

    private static string? Find(string type)
    {
        var own = TestModels.TinyGguf(type);
        return File.Exists(own) ? own
            : RepositoryPaths.SharedData is { } shared ? Path.Combine(shared, "models", "tiny-gguf", $"tiny-llama.{type}.gguf") : null;
    }

    private static float[] Read(GgufFile file, GgufTensor tensor)
    {
        var bytes = ModelStreams.ReadAt(file.Path, tensor.Offset, (int)tensor.SizeBytes);
        var weights = new float[tensor.Shape.Aggregate(1L, (a, b) => a * b)];
        RowConverter.Convert(
            (TensorType)tensor.TypeNumber, TensorType.F32, bytes, tensor.Shape[1], tensor.Shape[0], MemoryMarshal.AsBytes(weights.AsSpan()));
        return weights;
    }

    private static float[] Numbers(JsonElement tensor, string name) => [.. tensor.GetProperty(name).EnumerateArray().Select(n => n.GetSingle())];

    private static void AssertClose(float[] expected, ReadOnlySpan<float> actual, string what)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs((double)expected[i] - actual[i]) <= (Rounding * Math.Abs(expected[i])) + 1e-8, $"{what}: {i} is {actual[i]}, not {expected[i]}");
        }
    }
}
