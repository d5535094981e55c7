using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Gguf;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.ModelFiles;

public sealed class GgufFileTests
{
    [Fact]
    public void Open_reads_the_metadata_and_the_tensor_table_of_the_embedded_model()
    {
        var file = GgufFile.Open(RepositoryPaths.EmbeddedModel);

        Assert.Equal("llama", file.Metadata.String("general.architecture"));
        Assert.Equal(30, file.Metadata.Integer("llama.block_count"));
        Assert.Equal(100_000, file.Metadata.Number("llama.rope.freq_base"));
        Assert.Equal(49_152, file.Metadata.Strings("tokenizer.ggml.tokens").Count);
        Assert.Equal(48_900, file.Metadata.Strings("tokenizer.ggml.merges").Count);
        Assert.Equal(272, file.Tensors.Count);
        var embedding = Assert.Single(file.Tensors, t => t.Name == "token_embd.weight");
        Assert.Equal([576, 49_152], embedding.Shape);
        Assert.Equal((uint)TensorType.Q8_0, embedding.TypeNumber);
        Assert.Equal(576L * 49_152 / 32 * 34, embedding.SizeBytes);
        Assert.Equal(new FileInfo(file.Path).Length, file.Tensors.Max(t => t.Offset + t.SizeBytes));
    }

    [Fact]
    public void Open_of_a_missing_file_says_that_it_is_missing()
    {
        var error = Assert.Throws<ModelFileException>(() => GgufFile.Open("/nowhere/model.gguf"));

        Assert.Equal("/nowhere/model.gguf: there is no such file.", error.Message);
    }
}
