using Preble.Testing;

namespace Preble.Benchmarks.Engine;

/// <summary>The model in other types, written once by `preble models convert` and kept in artifacts/.</summary>
internal static class ConvertedModels
{
    private static readonly string Folder = Path.Combine(RepositoryPaths.Root, "artifacts", "models");

    /// <summary>The path of the model in this width; null, with the reason, when it cannot be written.</summary>
    public static string? Find(string model, Width width, out string? why)
    {
        why = null;
        Directory.CreateDirectory(Folder);
        var path = Path.Combine(Folder, $"{Path.GetFileNameWithoutExtension(model)}.{width.PeerType}.gguf");
        if (File.Exists(path) && File.GetLastWriteTimeUtc(path) >= File.GetLastWriteTimeUtc(model))
        {
            return path;
        }

        var preble = Path.Combine(AppContext.BaseDirectory, "preble.dll");
        why = Programs.Failure("dotnet", preble, "models", "convert", model, "--to", width.PeerType.ToLowerInvariant(), "--output", path, "--force");
        return why is null ? path : null;
    }
}
