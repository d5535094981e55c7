using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Preble.Deploy.Reading;
using Xunit.Abstractions;

namespace Preble.Deploy;

/// <summary>The chart agrees with itself: values with their schema, templates with the values, renderings with the templates.</summary>
public sealed partial class ChartTests(ITestOutputHelper output)
{
    [Fact]
    public void The_schema_has_the_keys_of_the_values_and_no_others_and_is_strict()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(DeployFiles.Chart, "values.schema.json")));
        Compare(Values(), schema.RootElement, "");
    }

    [Fact]
    public void Templates_use_only_values_that_there_are_and_all_of_the_first_level()
    {
        var values = Values();
        var used = Directory.EnumerateFiles(Path.Combine(DeployFiles.Chart, "templates"), "*", SearchOption.AllDirectories)
            .SelectMany(file => UsedValue().Matches(File.ReadAllText(file)).Select(match => match.Groups["path"].Value)).ToHashSet();
        Assert.NotEmpty(used);
        Assert.All(used, path => Assert.True(values[path].Exists || values[string.Join('.', path.Split('.')[..^1])].Keys.Contains(path.Split('.')[^1]), path));
        Assert.Empty(values.Keys.Except(used.Select(path => path.Split('.')[0])));
    }

    [Fact]
    public void Renderings_are_of_this_chart()
    {
        var fingerprint = DeployFiles.Fingerprint();
        foreach (var rendering in DeployFiles.Renderings)
        {
            Assert.True(
                DeployFiles.Text(rendering).Contains(fingerprint, StringComparison.Ordinal), $"{rendering} is older than the chart: run Silo/deploy/render");
        }
    }

    [Fact]
    public async Task Helm_makes_the_same_renderings_where_it_is_installed()
    {
        var start = new ProcessStartInfo(DeployFiles.Of("Silo/deploy/render"), ["--check"]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        using var render = Process.Start(start)!;
        var said = await render.StandardOutput.ReadToEndAsync() + await render.StandardError.ReadToEndAsync();
        await render.WaitForExitAsync();
        output.WriteLine($"measured: {said.Trim()}");
        Assert.True(render.ExitCode == 0, said);
    }

    private static Tree Values() => Tree.Read(File.ReadAllText(Path.Combine(DeployFiles.Chart, "values.yaml"))).Single();

    /// <summary>Maps that are free in the schema, such as labels, have no keys in the defaults or may have any.</summary>
    private static void Compare(Tree values, JsonElement schema, string path)
    {
        if (!schema.TryGetProperty("properties", out var properties))
        {
            Assert.True(path.Length > 0 && (!values.Keys.Any() || schema.TryGetProperty("additionalProperties", out _)), path);
            return;
        }

        Assert.False(schema.GetProperty("additionalProperties").GetBoolean(), path);
        var inSchema = properties.EnumerateObject().Select(property => property.Name).Where(name => name is not ("global" or "claims")).Order().ToList();
        Assert.Equal((path, string.Join(' ', values.Keys.Order().Union(path.EndsWith("resources", StringComparison.Ordinal) ? inSchema : []))), (path, string.Join(' ', inSchema)));
        foreach (var name in inSchema.Where(name => values.Key(name).Node is Dictionary<object, object?>))
        {
            Compare(values.Key(name), properties.GetProperty(name), $"{path}.{name}");
        }
    }

    [GeneratedRegex(@"(?:\.Values|\$values|\$\.Values)\.(?<path>[A-Za-z][A-Za-z.]*[A-Za-z])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UsedValue();
}
