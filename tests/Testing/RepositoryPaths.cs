namespace Preble.Testing;

/// <summary>Where tests find the repository's files: upwards from the folder they run in.</summary>
public static class RepositoryPaths
{
    /// <summary>The folder with the solution file.</summary>
    public static string Root { get; } = FindRoot();

    public static string Goldens { get; } = Path.Combine(Root, "tests", "goldens");

    /// <summary>The embedded model that every machine has.</summary>
    public static string EmbeddedModel { get; } = Path.Combine(Root, "models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");

    /// <summary>Reference data beside the repository, or null: tests on it are extra and do nothing without it.</summary>
    public static string? SharedData { get; } = Existing(Path.Combine(Root, "..", "shared", "data"));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Preble.Orleans.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Preble.Orleans.sln.");
    }

    private static string? Existing(string folder) => Directory.Exists(folder) ? Path.GetFullPath(folder) : null;
}
