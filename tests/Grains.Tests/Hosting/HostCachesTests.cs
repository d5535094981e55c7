using Microsoft.Extensions.Logging.Abstractions;
using Preble.Actors.Workers.HostCache;
using Preble.Core.Engine;
using Preble.Core.KvCache.Host;
using Preble.Hosting;
using Preble.Testing;

namespace Preble.Grains.Tests.Hosting;

public sealed class HostCachesTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public void Without_the_option_there_is_no_file_and_no_folder()
    {
        Assert.Null(HostCaches.Open(new ServeOptions { HostCacheDir = _folder }, "m", [], _ => throw new InvalidOperationException("asked"), NullLogger.Instance));
        Assert.False(Directory.Exists(_folder));
    }

    [Fact]
    public void Each_worker_has_a_file_of_its_own_and_a_second_server_is_told_at_its_start()
    {
        using (Open())
        {
            Assert.Equal(["m-w0.kv", "m-w1.kv"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            var failure = Assert.Throws<StartException>(() => Open());
            Assert.Contains("in use by another process", failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', failure.Message);
        }

        // The failed start has locked nothing for good.
        Open().Dispose();
    }

    [Fact]
    public void A_worker_whose_engine_failed_begins_with_an_empty_file_that_the_old_thread_cannot_write()
    {
        using var caches = Open();
        using var engine = new FakeEngine(4);
        var save = new HostSave(0, 3, new BlockHash(1, 2), BlockHash.None);
        var first = caches.For(new WorkerId("w0"));
        Assert.True(first.TrySave(engine, save));

        var second = caches.For(new WorkerId("w0"));

        Assert.Empty(second.Entries);
        Assert.False(second.TryLoad(engine, new HostLoad(3, new BlockHash(1, 2), 1)));
        Assert.ThrowsAny<ObjectDisposedException>(() => first.TrySave(engine, save));
        Assert.True(second.TrySave(engine, save) && second.TryLoad(engine, new HostLoad(3, new BlockHash(1, 2), 1)));
    }

    private HostCaches Open() => HostCaches.Open(
        new ServeOptions { HostCacheGib = 0.001, HostCacheDir = _folder }, "m", [new WorkerId("w0"), new WorkerId("w1")],
        encoding => new HostFileIdentity("m", 16, encoding, 128), NullLogger.Instance)!;
}
