namespace Preble.Testing;

/// <summary>Finds servers that tests want as they are, and skip without.</summary>
public static class InstalledProgram
{
    /// <summary>The full path, or null. Looks into PATH and then into the folders.</summary>
    public static string? Find(string name, params IEnumerable<string> folders) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(folders).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
