using Microsoft.Extensions.Logging.Abstractions;
using Preble.Actors.Workers.HostCache;
using Preble.Core.Engine;
using Preble.InferenceNative.Tests.ModelFiles;

namespace Preble.InferenceNative.Tests.Engine;

/// <summary>Host tiers' files for engines under test.</summary>
internal static class HostFiles
{
    private const int PageBytes = 4096;

    public static string PathIn(TemporaryFolder folder) => Path.Combine(folder.Path, "blocks.kv");

    /// <summary>Opens the folder's file with room for at least so many blocks.</summary>
    public static HostBlockFile Open(TemporaryFolder folder, IInferenceEngine engine, BlockEncoding encoding, int slots)
    {
        var bytes = engine.BlockBytes(encoding);
        var room = ((long)slots * (bytes + (2 * PageBytes))) + (4 * PageBytes);
        return HostBlockFile.Open(
            PathIn(folder), new HostFileIdentity("the model under test", engine.BlockSize, encoding, bytes), room, NullLogger.Instance);
    }
}
