using Microsoft.Extensions.Logging;
using Preble.Actors.Workers.HostCache;
using Preble.Core.Engine;
using Preble.Core.KvCache.Host;
using Preble.Testing;

namespace Preble.Grains.Tests.Workers.HostCache;

/// <summary>A host tier's file in a folder of its own, beside an engine of a few blocks with random content.</summary>
internal sealed class HostFileRig : IDisposable
{
    public const int Slots = 70;
    public const int Blocks = 8;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public HostFileRig(ulong seed = 1)
    {
        var random = new SeededRandom(seed);
        for (var block = 0; block < Blocks; block++)
        {
            Contents.Add([.. Enumerable.Range(0, BlockBytes).Select(_ => (byte)random.Below(256))]);
            Engine.LoadBlock(block, BlockEncoding.Exact, Contents[block]);
        }
    }

    public static int BlockBytes => 16 * sizeof(ulong);

    public static HostFileIdentity Identity => new("a model", 16, BlockEncoding.Exact, BlockBytes);

    /// <summary>Room for <see cref="Slots"/> slots: a page each, their lines, and two pages of header and rounding.</summary>
    public static long FileBytes => (2 * 4096) + (Slots * (4096 + 64));

    public FakeEngine Engine { get; } = new(2 * Blocks);

    /// <summary>What the engine's first blocks hold.</summary>
    public List<byte[]> Contents { get; } = [];

    public LogLines Log { get; } = new();

    public string FilePath => Path.Combine(_folder, "cache", "w0.kv");

    public HostBlockFile Open(HostFileIdentity? identity = null, long? bytes = null) =>
        HostBlockFile.Open(FilePath, identity ?? Identity, bytes ?? FileBytes, Log);

    /// <summary>The name that block i is kept under.</summary>
    public static BlockHash HashOf(int block) => new(0x1111_0000UL + (ulong)block, 0x2222_0000UL + (ulong)block);

    public bool Save(HostBlockFile file, int block, int slot) =>
        file.TrySave(Engine, new HostSave(block, slot, HashOf(block), block == 0 ? BlockHash.None : HashOf(block - 1)));

    /// <summary>What came back from the slot; null when nothing did: then the engine's block must be as it was.</summary>
    public byte[]? Load(HostBlockFile file, int block, int slot)
    {
        var (target, marked, read) = (Blocks, new byte[BlockBytes], new byte[BlockBytes]);
        Array.Fill(marked, (byte)0xA5);
        Engine.LoadBlock(target, BlockEncoding.Exact, marked);
        var loaded = file.TryLoad(Engine, new HostLoad(slot, HashOf(block), target));
        Engine.SaveBlock(target, BlockEncoding.Exact, read);
        Assert.True(loaded || read.AsSpan().SequenceEqual(marked), "a load that failed wrote to the block");
        return loaded ? read : null;
    }

    /// <summary>Changes the closed file in place.</summary>
    public void Spoil(Action<FileStream> change)
    {
        using var stream = new FileStream(FilePath, FileMode.Open, FileAccess.ReadWrite);
        change(stream);
    }

    public static void Flip(FileStream stream, long at, byte mask)
    {
        stream.Position = at;
        var value = stream.ReadByte();
        stream.Position = at;
        stream.WriteByte((byte)(value ^ mask));
        stream.Flush();
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}

/// <summary>A log whose lines a test can read.</summary>
internal sealed class LogLines : ILogger
{
    public List<(LogLevel Level, string Text)> Lines { get; } = [];

    public int Warnings => Lines.Count(line => line.Level >= LogLevel.Warning);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Add((logLevel, formatter(state, exception)));
}
