using Preble.Core.Engine;
using Preble.Inference;
using Preble.Inference.Native;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.Engine;

/// <summary>Keys and values in each form that an engine can hold them in, on the embedded model.</summary>
public sealed class KvTypeTests
{
    private const int Outputs = 8;

    private static readonly int[] Prompt = [.. Enumerable.Range(0, 45).Select(i => 100 + (37 * i))];

    private static LoadedModel Model => TestModels.SmolNative;

    [Fact]
    public void A_token_takes_half_the_bytes_of_F32_in_F16_and_about_a_quarter_in_int8()
    {
        var (f32, f16, int8) = (BytesOf(Model, KvType.F32), BytesOf(Model, KvType.F16), BytesOf(Model, KvType.Int8));

        Assert.Equal(f32, 2 * f16);
        Assert.InRange(int8, 0.5 * f16, 0.6 * f16);
        Assert.Equal(f16, BytesOf(Model, KvType.Default));
        Assert.Equal(BytesOf(TestModels.TinyFloat, KvType.F32), BytesOf(TestModels.TinyFloat, KvType.Default));
        Assert.Equal(f16, Model.Shape.KvBytesPerToken);
        using var engine = Model.CreateEngine(new EngineOptions { BlockCount = 4, KvType = KvType.Int8 });
        Assert.Equal(int8, engine.Shape.KvBytesPerToken);
    }

    [Fact]
    public void An_answer_on_an_int8_cache_is_near_that_on_F16_and_the_same_bits_in_company_and_in_chunks()
    {
        var half = Alone(KvType.F16);
        var bytes = Alone(KvType.Int8);

        var deviation = Math.Sqrt(bytes.Logits[0].Zip(half.Logits[0], (a, e) => Math.Pow(a - e, 2)).Average());
        Assert.InRange(deviation, double.Epsilon, 0.5);

        using var driver = new EngineDriver(Model, kvType: KvType.Int8) { Traced = true };
        var random = new SeededRandom(6);
        var before = driver.Start(random.Tokens(30, Model.Shape.VocabularySize), 12);
        var among = driver.Start(Prompt, Outputs);
        var after = driver.Start(random.Tokens(70, Model.Shape.VocabularySize), 12);
        driver.Finish([before, among, after], chunkTokens: 17);
        among.AssertSameAs(bytes, "in company and in chunks of 17");
    }

    [Fact]
    public void The_default_computes_the_bits_of_F16() => Alone(KvType.Default).AssertSameAs(Alone(KvType.F16), "by default");

    [Fact]
    public void A_type_that_does_not_exist_is_refused_with_a_sentence()
    {
        var error = Assert.Throws<NativeInferenceException>(() => Model.CreateEngine(new EngineOptions { BlockCount = 4, KvType = (KvType)4 }));

        Assert.Equal(InferenceStatus.InvalidArgument, error.Status);
        Assert.Contains("kv_type is 4", error.Message, StringComparison.Ordinal);
    }

    private static int BytesOf(LoadedModel model, KvType type) => model.ShapeWith(type).KvBytesPerToken;

    private static Run Alone(KvType type)
    {
        using var driver = new EngineDriver(Model, kvType: type) { Traced = true };
        return driver.Generate(Prompt, Outputs);
    }
}
