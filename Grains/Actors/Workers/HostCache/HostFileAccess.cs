using Microsoft.Extensions.Logging;

namespace Preble.Actors.Workers.HostCache;

/// <summary>A host tier that cannot be used; one sentence for the operator.</summary>
public sealed class HostCacheException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Opens host tiers' files, and says in one sentence why one cannot be opened.</summary>
internal static class HostFileAccess
{
    private const double Gib = 1024.0 * 1024 * 1024;

    /// <summary>Opens or makes the file for this process alone. What it keeps comes from prompts, so only its owner may read it.</summary>
    public static FileStream OpenAlone(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0,
        };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    public static HostCacheException Explain(string path, Exception failure) => new(
        failure is IOException and not (DirectoryNotFoundException or PathTooLongException) && File.Exists(path) && IsLocked(path)
            ? $"The host cache {path} is in use by another process; give this one another folder with --host-cache-dir."
            : $"The host cache {path} cannot be used: {failure.Message}", failure);

    /// <summary>One line when the disk has less room than a new file may come to need.</summary>
    public static void WarnOfRoom(string path, long fileBytes, ILogger log)
    {
        try
        {
            var free = new DriveInfo(Path.GetFullPath(path)).AvailableFreeSpace;
            if (free < fileBytes)
            {
                log.MayNotFit(path, fileBytes / Gib, free / Gib);
            }
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A warning less, where the system does not say.
        }
    }

    private static bool IsLocked(string path)
    {
        try
        {
            using var _ = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
