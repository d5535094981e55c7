using Preble.Testing;

namespace Preble.Scenarios;

/// <summary>
/// Runs every *.txt here and compares what happens with what the file says. REWRITE=1 writes the files anew: read the difference.
/// </summary>
public sealed class ScenarioFileTests
{
    private static readonly string Folder = Path.Combine(RepositoryPaths.Root, "tests", "Scenarios");

    public static TheoryData<string> Files() =>
        [.. new DirectoryInfo(Folder).GetFiles("*.txt").Select(file => file.Name).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void The_scenario_goes_as_written(string file)
    {
        var path = Path.Combine(Folder, file);
        var written = File.ReadAllText(path);
        var happened = ScenarioFile.Run(written);
        if (Environment.GetEnvironmentVariable("REWRITE") is "1")
        {
            File.WriteAllText(path, happened);
            return;
        }

        Assert.Equal(written, happened);
    }

    [Fact]
    public void There_are_scenarios_to_run() => Assert.True(Files().Count >= 6);
}
