using Preble.Actors.Workers.HostCache;
using Preble.Core.Engine;
using Preble.Core.KvCache.Host;

namespace Preble.Grains.Tests.Workers.HostCache;

public sealed class HostBlockFileTests : IDisposable
{
    private readonly HostFileRig _rig = new();

    [Fact]
    public void What_was_saved_comes_back_from_its_slot_and_under_its_name_alone()
    {
        using var file = _rig.Open();
        Assert.Equal(HostFileRig.Slots, file.SlotCount);
        for (var block = 0; block < HostFileRig.Blocks; block++)
        {
            Assert.True(_rig.Save(file, block, 3 * block));
        }

        Assert.Equal(_rig.Contents[5], _rig.Load(file, 5, 15));
        Assert.Equal(_rig.Contents[0], _rig.Load(file, 0, 0));
        Assert.Null(_rig.Load(file, 5, 14));
        Assert.Null(_rig.Load(file, 4, 15));
        Assert.True(_rig.Save(file, 1, 15));
        Assert.Null(_rig.Load(file, 5, 15));
        Assert.Equal(_rig.Contents[1], _rig.Load(file, 1, 15));
    }

    [Fact]
    public void The_last_slot_is_as_good_as_the_first_and_the_file_does_not_grow_past_its_size()
    {
        using (var file = _rig.Open())
        {
            Assert.True(_rig.Save(file, 2, HostFileRig.Slots - 1));
            Assert.True(_rig.Save(file, 3, 0));
            Assert.Equal(_rig.Contents[2], _rig.Load(file, 2, HostFileRig.Slots - 1));
        }

        Assert.InRange(new FileInfo(_rig.FilePath).Length, HostFileRig.Slots * 4096, HostFileRig.FileBytes);
    }

    [Fact]
    public void A_new_file_is_empty_and_says_nothing()
    {
        using var file = _rig.Open();

        Assert.Empty(file.Entries);
        Assert.Equal(0, _rig.Log.Warnings);
    }

    [Fact]
    public void A_file_that_is_opened_again_has_everything_that_was_kept()
    {
        using (var first = _rig.Open())
        {
            Assert.True(_rig.Save(first, 1, 69));
            Assert.True(_rig.Save(first, 0, 2));
        }

        using var second = _rig.Open();
        Assert.Equal(
            [new HostEntry(2, HostFileRig.HashOf(0), BlockHash.None), new HostEntry(69, HostFileRig.HashOf(1), HostFileRig.HashOf(0))],
            second.Entries);
        Assert.Equal(_rig.Contents[1], _rig.Load(second, 1, 69));
        Assert.Equal(0, _rig.Log.Warnings);
    }

    [Fact]
    public void A_block_that_two_slots_keep_is_listed_once()
    {
        using (var first = _rig.Open())
        {
            _rig.Save(first, 1, 5);
            _rig.Save(first, 1, 6);
        }

        using var second = _rig.Open();
        Assert.Equal(5, Assert.Single(second.Entries).Slot);
    }

    [Fact]
    public void A_cleared_file_is_empty_now_and_after_a_restart()
    {
        using (var file = _rig.Open())
        {
            _rig.Save(file, 0, 1);
            file.Clear();
            Assert.Null(_rig.Load(file, 0, 1));
            _rig.Save(file, 1, 2);
        }

        using var second = _rig.Open();
        Assert.Equal(2, Assert.Single(second.Entries).Slot);
    }

    [Fact]
    public void A_second_opener_is_told_that_the_file_is_in_use()
    {
        using (_rig.Open())
        {
            var failure = Assert.Throws<HostCacheException>(() => _rig.Open());
            Assert.Equal($"The host cache {_rig.FilePath} is in use by another process; give this one another folder with --host-cache-dir.", failure.Message);
        }

        using var file = _rig.Open();
        Assert.Empty(file.Entries);
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_one_sentence_and_so_is_a_size_that_holds_nothing()
    {
        var occupied = Path.Combine(Path.GetDirectoryName(_rig.FilePath)!, "file");
        _rig.Open().Dispose();
        File.WriteAllText(occupied, "x");

        var place = Assert.Throws<HostCacheException>(
            () => HostBlockFile.Open(Path.Combine(occupied, "w0.kv"), HostFileRig.Identity, HostFileRig.FileBytes, _rig.Log));
        Assert.StartsWith($"The host cache {occupied}", place.Message, StringComparison.Ordinal);
        var size = Assert.Throws<HostCacheException>(() => _rig.Open(bytes: 5000));
        Assert.Contains("does not hold one block", size.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_its_owner_may_read_the_file_for_it_holds_what_prompts_said()
    {
        _rig.Open().Dispose();

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_rig.FilePath));
        }
    }

    [Fact]
    public void Saving_and_loading_allocate_nothing()
    {
        using var file = _rig.Open();
        var save = new HostSave(0, 1, HostFileRig.HashOf(0), BlockHash.None);
        var load = new HostLoad(1, HostFileRig.HashOf(0), 9);
        Assert.True(file.TrySave(_rig.Engine, save) && file.TryLoad(_rig.Engine, load));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            file.TrySave(_rig.Engine, save);
            file.TryLoad(_rig.Engine, load);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_block_that_could_not_be_written_is_not_kept_and_said_once()
    {
        using (var file = _rig.Open())
        {
            Assert.True(_rig.Save(file, 0, 1));
        }

        // A file that may only be read plays the full disk.
        using var readOnly = HostBlockFile.OpenWith(
            path => new FileStream(path, FileMode.Open, FileAccess.Read), _rig.FilePath, HostFileRig.Identity, HostFileRig.FileBytes, _rig.Log);
        Assert.False(_rig.Save(readOnly, 1, 2));
        Assert.False(_rig.Save(readOnly, 1, 3));
        Assert.Null(_rig.Load(readOnly, 1, 2));
        Assert.Equal(_rig.Contents[0], _rig.Load(readOnly, 0, 1));
        Assert.Single(_rig.Log.Lines, line => line.Text.StartsWith("A block could not be kept", StringComparison.Ordinal));
    }

    public void Dispose() => _rig.Dispose();
}
