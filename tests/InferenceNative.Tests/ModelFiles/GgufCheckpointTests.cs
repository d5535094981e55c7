using Preble.Core.Text;
using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.ModelFiles.Gguf;

namespace Preble.InferenceNative.Tests.ModelFiles;

public sealed class GgufCheckpointTests
{
    [Fact]
    public void The_smallest_Llama_has_every_role_once()
    {
        var checkpoint = Read(new GgufLlama());

        Assert.Equal(new ModelConfig(1, 4, 8, 2, 1, 2, 3, 16, RopeOrder.Interleaved, 1e-5f), checkpoint.Config);
        Assert.Equal([1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12], checkpoint.Tensors.Select(t => (int)t.Role).Order());
        var down = checkpoint.Tensors.Single(t => t.Role == TensorRole.FeedForwardDown);
        Assert.Equal((4, 8, 128), (down.Rows, down.Columns, down.SizeBytes));
        Assert.Equal([1f], checkpoint.InverseFrequencies);
    }

    [Fact]
    public void Rotary_divisors_divide_the_frequencies()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".gguf");
        File.WriteAllBytes(path, new GgufLlama { Extra = ("rope_freqs.weight", 1), Fill = 4 }.ToBytes());
        try
        {
            Assert.Equal([0.25f], GgufCheckpoint.Read(GgufFile.Open(path)).InverseFrequencies);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void What_does_not_make_a_Llama_is_named()
    {
        AssertRefused("the tensor blk.0.ffn_up.weight is missing", new() { Without = "blk.0.ffn_up.weight" });
        AssertRefused("the tensor blk.0.attn_q.bias has no place in a Llama of 1 layers", new() { Extra = ("blk.0.attn_q.bias", 4) });
        AssertRefused("the tensor blk.1.attn_norm.weight has no place in a Llama of 1 layers", new() { Extra = ("blk.1.attn_norm.weight", 4) });
        AssertRefused("the tensor output.weight has the shape 4 instead of 3 x 4", new() { Extra = ("output.weight", 4) });
        AssertRefused("the tensor rope_freqs.weight is not 1 F32 numbers", new() { Extra = ("rope_freqs.weight", 2) });
        AssertRefused(
            "the architecture falcon is not supported: supported are gemma2, gemma3, llama, phi3, qwen2, qwen3, qwen3moe", new() { Architecture = "falcon" });
        AssertRefused("llama.logit_scale is 8, and such a variant of Llama is not supported", new() { Setting = ("llama.logit_scale", 8) });
        AssertRefused(
            "llama.rope.dimension_count is 1 while a head has 2 elements, which is not supported", new() { Setting = ("llama.rope.dimension_count", 1) });
        AssertRefused("the model is cut into several GGUF files, which is not supported", new() { Setting = ("split.count", 2) });
    }

    [Fact]
    public void The_tokeniser_tells_special_tokens_from_those_of_the_user_and_finds_the_end()
    {
        var tokenizer = GgufTokenizer.Read(Open(new GgufLlama { PreTokenizer = "llama-bpe", Setting = ("tokenizer.ggml.bos_token_id", 1) }));

        Assert.Equal([new AddedToken(1, "b", Special: false), new AddedToken(2, "<|im_end|>")], tokenizer.SpecialTokens);
        Assert.Equal([2], tokenizer.EndTokens);
        Assert.Equal([("a", "b")], tokenizer.Merges);
        Assert.Equal(1, tokenizer.BeginToken);
        Assert.True(tokenizer.AddBegin && tokenizer.IgnoreMerges, "Llama 3 begins with its token and keeps whole words");
    }

    [Fact]
    public void A_tokeniser_that_cannot_be_used_is_named()
    {
        AssertNoTokenizer("The pre-tokeniser 'newest' is not supported", new() { PreTokenizer = "newest" });
        AssertNoTokenizer("bos_token_id is 3, outside the 3 tokens", new() { Setting = ("tokenizer.ggml.bos_token_id", 3) });
    }

    private static void AssertRefused(string expected, GgufLlama llama)
        => Assert.Equal($"llama.gguf: {expected}.", Assert.Throws<ModelFileException>(() => Read(llama)).Message);

    private static void AssertNoTokenizer(string expected, GgufLlama llama)
        => Assert.Equal($"llama.gguf: {expected}.", Assert.Throws<ModelFileException>(() => GgufTokenizer.Read(Open(llama))).Message);

    private static Checkpoint Read(GgufLlama llama) => GgufCheckpoint.Read(Open(llama));

    private static GgufFile Open(GgufLlama llama) => GgufFile.Read(new MemoryStream(llama.ToBytes()), "llama.gguf");
}
