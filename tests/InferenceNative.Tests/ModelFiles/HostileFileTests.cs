using System.Buffers.Binary;
using System.Text;
using Preble.Inference.ModelFiles.Families;
using Preble.Inference.ModelFiles.Gguf;
using Preble.Inference.ModelFiles.HuggingFace;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.ModelFiles;

/// <summary>Nothing that a file holds may crash, hang or fill the memory: a damaged file is refused with a sentence or is still a right one.</summary>
public sealed class HostileFileTests
{
    private static readonly string TinyGguf = Path.Combine(RepositoryPaths.Goldens, "tiny-gguf", "tiny-llama.Q4_0.gguf");
    private static readonly string TinyFolder = Path.Combine(RepositoryPaths.Goldens, "tiny-random", "llama");

    [Fact]
    public void A_GGUF_file_with_every_type_of_value_may_be_cut_off_anywhere()
    {
        var hostile = new Hostile(GgufBytes.OfEveryType(), bytes => GgufFile.Read(new MemoryStream(bytes), "hostile.gguf"));

        hostile.TruncateAtEvery(..);

        Assert.Equal(0, hostile.Accepted);
    }

    [Fact]
    public void A_GGUF_file_with_every_type_of_value_may_have_any_bytes_changed()
    {
        var bytes = GgufBytes.OfEveryType();
        var hostile = new Hostile(bytes, b => GgufFile.Read(new MemoryStream(b), "hostile.gguf"));

        hostile.Flip(cases: 5_000, structureBytes: bytes.Length - 98, seed: 1);

        Assert.True(hostile.Refused > 2_000 && hostile.Accepted > 500, $"{hostile.Refused} refused, {hostile.Accepted} accepted");
    }

    [Fact]
    public void A_real_GGUF_model_may_be_cut_off_or_changed_anywhere()
    {
        var bytes = File.ReadAllBytes(TinyGguf);
        var structure = (int)GgufFile.Open(TinyGguf).Tensors.Min(t => t.Offset);
        var hostile = new Hostile(bytes, b =>
        {
            var file = GgufFile.Read(new MemoryStream(b), TinyGguf);
            _ = GgufTokenizer.Read(file);
            _ = GgufCheckpoint.Read(file);
        });

        hostile.TruncateAtEvery(..structure, step: 13);
        hostile.TruncateAtEvery(structure.., step: 50_021);
        Assert.Equal(0, hostile.Accepted);
        hostile.Flip(cases: 1_000, structureBytes: structure, seed: 2);
        hostile.Flip(cases: 1_000, structureBytes: 1_000, seed: 3);
        Assert.True(hostile.Accepted > 50, $"only {hostile.Accepted} accepted");
    }

    [Fact]
    public void A_safetensors_file_may_be_cut_off_or_changed_anywhere()
    {
        var bytes = File.ReadAllBytes(Path.Combine(TinyFolder, "model.safetensors"));
        var structure = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var hostile = new Hostile(bytes, b => SafetensorsFile.Read(new MemoryStream(b), "hostile.safetensors", 0));

        hostile.TruncateAtEvery(..structure, step: 3);
        hostile.TruncateAtEvery(structure.., step: 50_021);
        Assert.Equal(0, hostile.Accepted);
        hostile.Flip(cases: 1_000, structureBytes: structure, seed: 4);
        hostile.Flip(cases: 500, structureBytes: 16, seed: 5);
        Assert.True(hostile.Accepted > 5, $"only {hostile.Accepted} accepted");
    }

    [Fact]
    public void A_configuration_may_be_cut_off_or_changed_anywhere()
    {
        var bytes = File.ReadAllBytes(Path.Combine(TinyFolder, "config.json"));
        var hostile = new Hostile(bytes, b =>
        {
            var json = JsonFile.Parse(b, "config.json");
            ModelFamilies.Of(json).Read(json).Validate("config.json");
            _ = HuggingFaceConfig.ReadRope(json);
        });

        hostile.TruncateAtEvery(..^2);
        Assert.Equal(0, hostile.Accepted);
        hostile.Flip(cases: 3_000, structureBytes: bytes.Length, seed: 6);
        Assert.True(hostile.Accepted > 20, $"only {hostile.Accepted} accepted");
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "the JSON is broken")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "the JSON is broken")]
    [InlineData("""{"a":{"dtype":"\udc00","shape":[1],"data_offsets":[0,4]}}""", "the JSON is broken")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "the tensor a lies at [4, 8], outside the 4 bytes of weights")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "the tensor a takes 4 bytes, which is not what its shape and type need")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,4]}}""", "the tensor a takes 4 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "shape is not an array of whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", "the tensor a has the shape [0]")]
    [InlineData("""{"a":null}""", "a is not an object")]
    [InlineData("""[]""", "an object was expected and there is none")]
    public void A_wrong_safetensors_header_is_refused(string header, string expected)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        var hostile = new Hostile([], _ => SafetensorsFile.Read(new MemoryStream([.. length, .. json, 0, 0, 0, 0]), "hostile.safetensors", 0));

        var message = hostile.RefusalOf([]);

        Assert.StartsWith($"hostile.safetensors: {expected}", message, StringComparison.Ordinal);
    }
}
