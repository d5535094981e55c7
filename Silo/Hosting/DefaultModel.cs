namespace Preble.Hosting;

/// <summary>Where the model that comes with the repository lies: in <c>models/</c> beside the program or above it.</summary>
internal static class DefaultModel
{
    private const string Folder = "models/smollm2-135m-instruct";

    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, Folder);
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new StartException($"The model that comes with Preble ({Folder}) is not there; give another with --model PATH.");
    }
}
