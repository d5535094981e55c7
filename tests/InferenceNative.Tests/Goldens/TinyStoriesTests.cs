using System.Text.Json;
using Preble.Inference;
using Preble.InferenceNative.Tests.Engine;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.Goldens;

public sealed class TinyStoriesTests
{
    /// <summary>A published checkpoint with the older configuration and its tied weights stored under the head's name.</summary>
    [Fact]
    public void The_story_model_tells_the_reference_story()
    {
        if (RepositoryPaths.SharedData is not { } shared)
        {
            Console.WriteLine("extra test: shared data not there");
            return;
        }

        var lines = File.ReadAllLines(Path.Combine(shared, "models", "golden_run_ts656k.txt"));
        var prompt = JsonSerializer.Deserialize<int[]>(lines[0])!;
        var story = JsonSerializer.Deserialize<int[]>(lines[1])!;
        using var model = ModelPackage.Open(Path.Combine(shared, "models", "tinystories-656k")).Load(WeightsMode.F32);
        using var driver = new EngineDriver(model);

        var run = driver.Generate(prompt, story.Length - prompt.Length);

        Assert.Equal(story[prompt.Length..], run.Tokens);
    }
}
