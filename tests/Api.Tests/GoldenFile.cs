using System.Text;
using Preble.Testing;

namespace Preble.Api.Tests;

/// <summary>A file of the wire folder. <c>REWRITE=1</c> writes what came instead of comparing; then the diff is read.</summary>
internal static class GoldenFile
{
    private static readonly string Folder = Path.Combine(RepositoryPaths.Root, "tests", "Api.Tests", "wire");

    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Folder, name));

    public static void Equal(string name, byte[] actual)
    {
        var path = Path.Combine(Folder, name);
        if (Environment.GetEnvironmentVariable("REWRITE") == "1")
        {
            File.WriteAllBytes(path, actual);
            return;
        }

        Assert.Equal(Encoding.UTF8.GetString(File.ReadAllBytes(path)), Encoding.UTF8.GetString(actual));
    }
}
