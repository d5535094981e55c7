using Preble.Inference.ModelFiles;

namespace Preble.InferenceNative.Tests.ModelFiles;

public sealed class ModelNamesTests
{
    [Theory]
    [InlineData("/models/SmolLM2-135M-Instruct.Q4_1.gguf", "smollm2-135m-instruct")]
    [InlineData("/models/Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf", "meta-llama-3.1-8b-instruct")]
    [InlineData("/models/tiny-llama.BF16.gguf", "tiny-llama")]
    [InlineData("/models/My Model (v2)/", "my-model-v2")]
    [InlineData("/models/日本.gguf", "model")]
    public void A_path_becomes_the_id_that_its_user_would_type(string path, string expected)
        => Assert.Equal(expected, ModelNames.FromPath(path));
}
