using Preble.Inference;
using Preble.Inference.ModelFiles.Gguf;
using Preble.Inference.Native;
using Preble.InferenceNative.Tests.ModelFiles;

namespace Preble.InferenceNative.Tests.Engine;

/// <summary>A damaged file must not harm the native side either: it is refused, or it loads and computes.</summary>
public sealed class HostileModelTests
{
    [Fact]
    public void A_damaged_model_is_refused_or_loads_and_computes()
    {
        var source = TestModels.TinyGguf("Q4_0");
        var structure = (int)GgufFile.Open(source).Tensors.Min(t => t.Offset);
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".gguf");
        var computed = 0;
        try
        {
            var hostile = new Hostile(File.ReadAllBytes(source), bytes =>
            {
                File.WriteAllBytes(path, bytes);
                computed += TryCompute(path) ? 1 : 0;
            });
            hostile.TruncateAtEvery(structure.., step: 40_009);
            hostile.Flip(cases: 60, structureBytes: structure, seed: 21);
            hostile.Flip(cases: 60, structureBytes: 900, seed: 22);
            Assert.True(hostile.Refused > 20, $"only {hostile.Refused} refused");
        }
        finally
        {
            File.Delete(path);
        }

        Assert.True(computed > 5, $"only {computed} computed");
    }

    private static bool TryCompute(string path)
    {
        try
        {
            using var model = ModelPackage.Open(path).Load(WeightsMode.Native);
            using var driver = new EngineDriver(model, blockCount: 4);
            return driver.Generate([1, 2, 3], 2).Tokens.Count == 2;
        }
        catch (NativeInferenceException)
        {
            return false;
        }
    }
}
