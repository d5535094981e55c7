using Preble.Actors.Workers.HostCache;
using Preble.Core.Engine;
using Preble.Testing;

namespace Preble.Grains.Tests.Workers.HostCache;

/// <summary>Whatever happens to the file: what comes back is what was saved, or nothing.</summary>
public sealed class DamagedHostFileTests : IDisposable
{
    private const int Saved = HostFileRig.Blocks;

    private readonly HostFileRig _rig = new();

    [Fact]
    public void A_flipped_bit_anywhere_is_found_before_the_block_is_used()
    {
        var random = new SeededRandom(2);
        var (lost, startedEmpty) = (0, 0);
        for (var round = 0; round < 300; round++)
        {
            Fill();
            // A third each: the header's used bytes, the lines of the saved slots, their blocks.
            var at = (round % 3) switch
            {
                0 => random.Below(68),
                1 => 4096 + random.Below(Saved * 64),
                _ => PlaceOfBlocks() + ((long)random.Below(Saved) * 4096) + random.Below(HostFileRig.BlockBytes),
            };
            _rig.Spoil(stream => HostFileRig.Flip(stream, at, (byte)(1 << random.Below(8))));

            using var file = _rig.Open();
            var found = Found(file);
            startedEmpty += file.Entries.Count == 0 ? 1 : 0;
            lost += file.Entries.Count > 0 && found == Saved - 1 ? 1 : 0;
            Assert.True(found == (round % 3 == 0 ? 0 : Saved - 1), $"a flip at {at} left {found} of {Saved} blocks");
        }

        Assert.Equal(100, startedEmpty);
        Assert.Equal(200, lost);
    }

    [Fact]
    public void A_file_that_is_damaged_while_it_is_open_gives_nothing_wrong_and_takes_new_blocks()
    {
        Fill();
        using var file = HostBlockFile.OpenWith(OpenShared, _rig.FilePath, HostFileRig.Identity, HostFileRig.FileBytes, _rig.Log);
        using (var other = OpenShared(_rig.FilePath))
        {
            HostFileRig.Flip(other, PlaceOfBlocks() + (2 * 4096) + 7, 0x10);
            HostFileRig.Flip(other, 4096 + (3 * 64) + 20, 0x01);
            other.SetLength(PlaceOfBlocks() + (6 * 4096));
        }

        Assert.Equal([0, 1, 4, 5], Enumerable.Range(0, Saved).Where(block => _rig.Load(file, block, block) is not null));
        Assert.True(_rig.Save(file, 7, 2));
        Assert.Equal(_rig.Contents[7], _rig.Load(file, 7, 2));
        Assert.Single(_rig.Log.Lines, line => line.Text.Contains("is damaged or cannot be read", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096 + 200)]
    [InlineData(60_000)]
    public void A_file_that_was_cut_short_starts_empty_with_one_line(int length)
    {
        Fill();
        _rig.Spoil(stream => stream.SetLength(length));

        AssertStartsEmpty(warnings: length == 0 ? 0 : 1);
    }

    [Fact]
    public void A_file_of_garbage_starts_empty_with_one_line()
    {
        Fill();
        var random = new SeededRandom(3);
        File.WriteAllBytes(_rig.FilePath, [.. Enumerable.Range(0, 100_000).Select(_ => (byte)random.Below(256))]);

        AssertStartsEmpty(warnings: 1);
    }

    [Fact]
    public void Blocks_of_another_model_encoding_or_size_are_never_used()
    {
        foreach (var other in new[]
        {
            HostFileRig.Identity with { Model = "another model" },
            HostFileRig.Identity with { Encoding = BlockEncoding.Int8 },
            HostFileRig.Identity with { BlockSize = 32 },
        })
        {
            Fill();
            using (var file = _rig.Open(other))
            {
                Assert.Equal(0, Found(file));
            }

            AssertStartsEmpty(warnings: 2);
        }

        Fill();
        using (var larger = _rig.Open(bytes: 2 * HostFileRig.FileBytes))
        {
            Assert.Equal(0, Found(larger));
            Assert.Contains(_rig.Log.Lines, line => line.Text.EndsWith("starts empty: it is of another size.", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_block_whose_writing_was_interrupted_is_not_used_under_its_old_name_nor_its_new_one()
    {
        Fill();
        var before = File.ReadAllBytes(_rig.FilePath);
        using (var file = _rig.Open())
        {
            _rig.Save(file, 7, 3);
        }

        var after = File.ReadAllBytes(_rig.FilePath);
        for (var written = 0; written <= 6; written++)
        {
            // The new block's bytes arrived in part, the line is the old one, the new one, or neither.
            var mixed = (byte[])before.Clone();
            var place = (int)PlaceOfBlocks() + (3 * 4096);
            Array.Copy(after, place, mixed, place, written * HostFileRig.BlockBytes / 7);
            foreach (var line in new[] { before, after, null })
            {
                (line ?? new byte[after.Length]).AsSpan(4096 + (3 * 64), 64).CopyTo(mixed.AsSpan(4096 + (3 * 64)));
                File.WriteAllBytes(_rig.FilePath, mixed);
                using var file = _rig.Open();
                Assert.Null(_rig.Load(file, 7, 3));
                Assert.True(_rig.Load(file, 3, 3) is null || (written == 0 && line == before));
            }
        }
    }

    public void Dispose() => _rig.Dispose();

    private static long PlaceOfBlocks() => new HostFileLayout(HostFileRig.BlockBytes, HostFileRig.Slots).BlockOffset(0);

    // Without the lock that keeps others out.
    private static FileStream OpenShared(string path) => new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

    private void Fill()
    {
        if (File.Exists(_rig.FilePath))
        {
            File.Delete(_rig.FilePath);
        }

        _rig.Log.Lines.Clear();
        using var file = _rig.Open();
        for (var block = 0; block < Saved; block++)
        {
            Assert.True(_rig.Save(file, block, block));
        }
    }

    /// <summary>How many of the saved blocks the file still gives; every one is as it was saved.</summary>
    private int Found(HostBlockFile file)
    {
        var found = 0;
        for (var block = 0; block < Saved; block++)
        {
            if (_rig.Load(file, block, block) is { } content)
            {
                Assert.Equal(_rig.Contents[block], content);
                found++;
            }
        }

        return found;
    }

    private void AssertStartsEmpty(int warnings)
    {
        using (var file = _rig.Open())
        {
            Assert.Empty(file.Entries);
            Assert.Equal(warnings, _rig.Log.Lines.Count(line => line.Text.Contains("starts empty", StringComparison.Ordinal)));
            Assert.Equal(0, Found(file));
            Assert.True(_rig.Save(file, 1, 1));
        }

        using var again = _rig.Open();
        Assert.Single(again.Entries);
    }
}
