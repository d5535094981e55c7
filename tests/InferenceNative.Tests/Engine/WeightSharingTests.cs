using System.Globalization;
using Preble.Core.Engine;
using Preble.Inference;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.Engine;

public sealed class WeightSharingTests
{
    [Fact]
    public void Four_engines_use_one_copy_of_the_weights()
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.WriteLine("extra test: /proc not there");
            return;
        }

        var package = ModelPackage.Open(RepositoryPaths.EmbeddedModel);
        using var model = package.Load(WeightsMode.Native);
        using var first = new EngineDriver(model, blockCount: 64);
        first.Generate([1, 2, 3], 2);
        var withOne = ResidentBytes();
        var others = Enumerable.Range(0, 3).Select(_ => new EngineDriver(model, blockCount: 64)).ToList();
        others.ForEach(driver => driver.Generate([1, 2, 3], 2));

        var grown = ResidentBytes() - withOne;

        others.ForEach(driver => driver.Dispose());

        // Three more copies would be three times the weights; caches and work space of three engines are far below one.
        Assert.True(grown < model.Shape.WeightBytes, $"three more engines took {grown >> 20} MiB, the weights are {model.Shape.WeightBytes >> 20} MiB");
    }

    private static long ResidentBytes()
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
