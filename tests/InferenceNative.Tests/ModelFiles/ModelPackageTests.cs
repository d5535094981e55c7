using Preble.Core.Text;
using Preble.Inference;
using Preble.Inference.ModelFiles;
using Preble.InferenceNative.Tests.Engine;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.ModelFiles;

public sealed class ModelPackageTests
{
    [Fact]
    public void Open_of_the_embedded_model_gives_name_tokeniser_and_template()
    {
        var package = ModelPackage.Open(RepositoryPaths.EmbeddedModel);

        Assert.Equal("smollm2-135m-instruct", package.Name);
        Assert.Equal(8_192, package.ContextTokens);
        Assert.Equal("<|im_start|>", package.BeginText);
        Assert.Equal("<|im_end|>", package.EndText);
        Assert.Equal([2, 0], package.Tokenizer.EndTokens);
        Assert.Equal(PreTokenizerKind.Smollm, package.Tokenizer.PreTokenizer);
        Assert.False(package.Tokenizer.AddBegin);
        Assert.Equal(17, package.Tokenizer.SpecialTokens.Count);
        Assert.Equal(("Ġ", "t"), package.Tokenizer.Merges[0]);
        Assert.Contains("add_generation_prompt", package.ChatTemplate, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_of_a_folder_with_one_GGUF_file_opens_that_file()
        => Assert.Equal("smollm2-135m-instruct", ModelPackage.Open(Path.GetDirectoryName(RepositoryPaths.EmbeddedModel)!).Name);

    [Theory]
    [MemberData(nameof(TestModels.TinyFolders), MemberType = typeof(TestModels))]
    public void Open_of_a_Hugging_Face_folder_gives_name_and_tokeniser(string folder)
    {
        var package = ModelPackage.Open(Path.Combine(RepositoryPaths.Goldens, "tiny-random", folder));

        Assert.Equal(folder, package.Name);
        Assert.Equal(1_024, package.ContextTokens);
        Assert.Equal(512, package.Tokenizer.Tokens.Count);
        Assert.Equal("<|bos|>", package.BeginText);
        Assert.Equal("<|eos|>", package.EndText);
        Assert.Null(package.ChatTemplate);
    }

    [Fact]
    public void Open_of_a_folder_without_a_model_says_so()
    {
        var error = Assert.Throws<ModelFileException>(() => ModelPackage.Open(RepositoryPaths.Root));

        Assert.Equal($"{RepositoryPaths.Root}: the folder holds neither a config.json nor exactly one GGUF file.", error.Message);
    }

    [Fact]
    public void Open_of_a_model_in_another_type_names_it_and_what_is_supported()
    {
        using var folder = new TemporaryFolder();
        var bytes = File.ReadAllBytes(TestModels.TinyGguf("Q4_0"));
        var name = "blk.0.attn_k.weight"u8;
        var type = bytes.AsSpan().IndexOf(name) + name.Length + sizeof(uint) + (2 * sizeof(ulong));
        Assert.Equal(2, bytes[type]);
        bytes[type] = 17;
        folder.Write("tiny-llama.gguf", bytes);

        var error = Assert.Throws<ModelFileException>(() => ModelPackage.Open(Path.Combine(folder.Path, "tiny-llama.gguf")));

        Assert.Equal(
            $"tiny-llama.gguf: the tensor blk.0.attn_k.weight has the type IQ2_XS, which is not supported: supported are {TensorTypes.Supported}.", error.Message);
    }

    [Theory]
    [InlineData("Llama4ForConditionalGeneration")]
    [InlineData("DeepseekV3ForCausalLM")]
    public void Open_of_another_architecture_names_it_and_what_is_supported(string architecture)
    {
        var llama = Path.Combine(RepositoryPaths.Goldens, "tiny-random", "llama");
        using var folder = new TemporaryFolder().CopyOf(llama, without: "config.json");
        var config = File.ReadAllText(Path.Combine(llama, "config.json"));
        folder.Write("config.json", config.Replace("LlamaForCausalLM", architecture, StringComparison.Ordinal));

        var error = Assert.Throws<ModelFileException>(() => ModelPackage.Open(folder.Path));

        Assert.Equal(
            $"config.json: the architecture {architecture} is not supported: supported are Gemma2ForCausalLM, Gemma3ForCausalLM, LlamaForCausalLM, "
            + "MistralForCausalLM, MixtralForCausalLM, Phi3ForCausalLM, Qwen2ForCausalLM, Qwen3ForCausalLM, Qwen3MoeForCausalLM.",
            error.Message);
    }
}
