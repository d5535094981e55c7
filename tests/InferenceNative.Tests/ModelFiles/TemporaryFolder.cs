namespace Preble.InferenceNative.Tests.ModelFiles;

/// <summary>A folder that is gone when the test is over.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("preble-").FullName;

    /// <summary>Copies the files of another folder into this one, but for those named.</summary>
    public TemporaryFolder CopyOf(string source, params string[] without)
    {
        foreach (var file in Directory.GetFiles(source).Where(file => !without.Contains(System.IO.Path.GetFileName(file), StringComparer.Ordinal)))
        {
            File.Copy(file, System.IO.Path.Combine(Path, System.IO.Path.GetFileName(file)));
        }

        return this;
    }

    public void Write(string name, string text) => File.WriteAllText(System.IO.Path.Combine(Path, name), text);

    public void Write(string name, byte[] bytes) => File.WriteAllBytes(System.IO.Path.Combine(Path, name), bytes);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
