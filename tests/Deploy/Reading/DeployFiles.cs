using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Preble.Testing;

namespace Preble.Deploy.Reading;

/// <summary>The files that are tested, and the chart's fingerprint, which each rendering names.</summary>
internal static class DeployFiles
{
    public static string Chart { get; } = Of("Silo/deploy/helm/preble");

    /// <summary>What the chart makes of its defaults and of some other values; all by Silo/deploy/render.</summary>
    public static TheoryData<string> Renderings { get; } = new(
        "Silo/deploy/manifests/preble.yaml", "tests/Deploy/renderings/everything.yaml", "tests/Deploy/renderings/others.yaml", "tests/Deploy/renderings/single.yaml");

    public static string Of(string path) => Path.Combine(RepositoryPaths.Root, path);

    public static string Text(string path) => File.ReadAllText(Of(path));

    /// <summary>The digest of the list that sha256sum makes of the chart's files, in the order of their names.</summary>
    public static string Fingerprint()
    {
        var list = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(Chart, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Chart, file).Replace('\\', '/')).Order(StringComparer.Ordinal))
        {
            list.Append(CultureInfo.InvariantCulture, $"{Hex(File.ReadAllBytes(Path.Combine(Chart, file)))}  ./{file}\n");
        }

        return Hex(Encoding.UTF8.GetBytes(list.ToString()));
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
