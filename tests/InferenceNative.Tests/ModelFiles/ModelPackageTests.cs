using Preble.Core.Text;
using Preble.Inference;
using Preble.Inference.ModelFiles;
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
    [InlineData("llama")]
    [InlineData("llama3-rope-scaling")]
    [InlineData("llama-tied-wide-heads")]
    [InlineData("mistral-sliding-window")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("qwen3-moe")]
    [InlineData("mixtral")]
    [InlineData("phi3")]
    [InlineData("gemma2")]
    [InlineData("gemma3")]
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

    [Theory]
    [InlineData("Q4_K_M", "Q4_K")]
    [InlineData("Q6_K", "Q6_K")]
    [InlineData("IQ4_XS", "IQ4_XS")]
    [InlineData("Q5_0", "Q5_0")]
    public void Open_of_a_model_in_another_type_names_it_and_what_is_supported(string file, string type)
    {
        if (RepositoryPaths.SharedData is not { } shared)
        {
            Console.WriteLine("extra test: shared data not there");
            return;
        }

        var path = Path.Combine(shared, "models", "tiny-gguf", $"tiny-llama.{file}.gguf");

        var error = Assert.Throws<ModelFileException>(() => ModelPackage.Open(path));

        Assert.Matches(
            $"^tiny-llama.{file}.gguf: the tensor [a-z0-9_.]+ has the type {type}, which is not supported: supported are F32, F16, BF16, Q8_0, Q4_0 and Q4_1.$",
            error.Message);
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
