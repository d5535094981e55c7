using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Preble.Actors.Workers.HostCache;
using Preble.Core;
using Preble.Core.Engine;

namespace Preble.Hosting;

/// <summary>
/// The host tiers' files of this process's workers, one each. All are opened at the start, so that what is wrong with one is said then and not
/// when a worker needs it; dispose them after the workers.
/// </summary>
internal sealed class HostCaches : IDisposable
{
    private const double Gib = 1024.0 * 1024 * 1024;

    private readonly ConcurrentDictionary<WorkerId, HostBlockFile> _files = [];
    private readonly ConcurrentDictionary<WorkerId, bool> _served = [];
    private readonly Func<WorkerId, HostBlockFile> _open;

    private HostCaches(Func<WorkerId, HostBlockFile> open) => _open = open;

    /// <summary>Null when the options ask for no host tier.</summary>
    /// <param name="name">Names the files, beside the worker.</param>
    /// <exception cref="StartException">A file cannot be used; one sentence.</exception>
    public static HostCaches? Open(
        ServeOptions options, string name, IReadOnlyList<WorkerId> workers, Func<BlockEncoding, HostFileIdentity> identify, ILogger log)
    {
        if (options.HostCacheGib <= 0)
        {
            return null;
        }

        var folder = options.HostCacheDir ?? UserCacheFolder.Of("blocks")
            ?? throw new StartException("The host cache has no folder, for this user has no home; name one with --host-cache-dir.");
        var exact = string.Equals(options.HostCacheType, "exact", StringComparison.Ordinal);
        var identity = identify(exact ? BlockEncoding.Exact : BlockEncoding.Int8);
        var caches = new HostCaches(worker =>
            HostBlockFile.Open(Path.Combine(folder, $"{name}-{worker}.kv"), identity, (long)(options.HostCacheGib * Gib), log));
        try
        {
            foreach (var worker in workers)
            {
                caches._files[worker] = caches._open(worker);
            }

            return caches;
        }
        catch (HostCacheException failure)
        {
            caches.Dispose();
            throw new StartException(failure.Message, failure);
        }
    }

    /// <summary>
    /// The worker's file for its next engine. After the first time it is emptied: that engine failed, and what it kept last may be what broke it.
    /// It is opened anew, too, so that a thread that was given up can no longer write to it.
    /// </summary>
    /// <exception cref="HostCacheException">The file cannot be opened again.</exception>
    public IHostBlockStore For(WorkerId worker)
    {
        if (_served.TryAdd(worker, true))
        {
            return _files[worker];
        }

        _files[worker].Dispose();
        var file = _files[worker] = _open(worker);
        file.Clear();
        return file;
    }

    public void Dispose()
    {
        foreach (var file in _files.Values)
        {
            file.Dispose();
        }
    }
}
