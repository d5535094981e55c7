using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Preble.Core;
using Preble.Core.Engine;
using Preble.Core.KvCache.Host;

namespace Preble.Actors.Workers.HostCache;

/// <summary>
/// A host tier in a file: larger than memory where it must be, in memory as far as the system's page cache reaches, and still there after a
/// restart. <see cref="Open"/> it once a worker, dispose it after the worker; one thread at a time uses it.
/// </summary>
/// <remarks>
/// It is read and written by position and not through a map of memory: a full disk or a file cut short by somebody else is then a failed call,
/// where a map would end the process.
/// </remarks>
public sealed class HostBlockFile : IHostBlockStore, IDisposable
{
    private readonly string _path;
    private readonly HostFileIdentity _identity;
    private readonly HostFileLayout _layout;
    private readonly FileStream _stream;
    private readonly SafeFileHandle _file;
    private readonly ILogger _log;
    private readonly byte[] _block;
    private readonly byte[] _record = new byte[SlotRecord.Bytes];
    private bool _saidSave;
    private bool _saidLoad;

    private HostBlockFile(string path, HostFileIdentity identity, HostFileLayout layout, FileStream stream, ILogger log)
    {
        (_path, _identity, _layout, _stream, _file, _log) = (path, identity, layout, stream, stream.SafeFileHandle, log);
        _block = new byte[layout.BlockBytes];
    }

    public int SlotCount => _layout.SlotCount;

    public IReadOnlyList<HostEntry> Entries { get; private set; } = [];

    /// <summary>Opens or makes the file, alone: it is locked until disposed. A file that is not this identity's, or not whole, starts empty.</summary>
    /// <param name="fileBytes">How large it may become; it takes room on the disk only as blocks are kept.</param>
    /// <exception cref="HostCacheException">It is locked by another process, cannot be written, or is too small for a block; one sentence.</exception>
    public static HostBlockFile Open(string path, HostFileIdentity identity, long fileBytes, ILogger log) =>
        OpenWith(HostFileAccess.OpenAlone, path, identity, fileBytes, log);

    internal static HostBlockFile OpenWith(
        Func<string, FileStream> openFile, string path, HostFileIdentity identity, long fileBytes, ILogger log)
    {
        var layout = HostFileLayout.Fit(identity.BlockBytes, fileBytes);
        if (layout.SlotCount == 0)
        {
            throw new HostCacheException($"A host cache of {fileBytes} bytes a worker does not hold one block of {identity.BlockBytes} bytes.");
        }

        FileStream? stream = null;
        try
        {
            stream = openFile(path);
            var file = new HostBlockFile(path, identity, layout, stream, log);
            file.ReadOrClear();
            return file;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            stream?.Dispose();
            throw HostFileAccess.Explain(path, failure);
        }
    }

    public bool TrySave(IInferenceEngine engine, in HostSave save)
    {
        Invariant.Require(save.Slot >= 0 && save.Slot < SlotCount, "a block is kept in a slot that exists");
        engine.SaveBlock(save.Block, _identity.Encoding, _block);
        try
        {
            // Invalid first and valid last: a process that dies in between leaves an empty slot.
            _record.AsSpan().Clear();
            WriteRecord(save.Slot);
            RandomAccess.Write(_file, _block, _layout.BlockOffset(save.Slot));
            new SlotRecord(save.Hash, save.Parent, BlockChecksum.Of(save.Hash, save.Parent, _block)).Write(save.Slot, _record);
            WriteRecord(save.Slot);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (!_saidSave)
            {
                _log.SaveFailed(failure, _path);
            }

            _saidSave = true;
            return false;
        }
    }

    public bool TryLoad(IInferenceEngine engine, in HostLoad load)
    {
        Invariant.Require(load.Slot >= 0 && load.Slot < SlotCount, "a block is loaded from a slot that exists");
        try
        {
            if (ReadFull(_record, _layout.RecordOffset(load.Slot)) && SlotRecord.Read(load.Slot, _record) is { } record
                && record.Hash == load.Hash && ReadFull(_block, _layout.BlockOffset(load.Slot))
                && record.Checksum == BlockChecksum.Of(record.Hash, record.Parent, _block))
            {
                engine.LoadBlock(load.Block, _identity.Encoding, _block);
                return true;
            }

            SayLoadFailed(null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            SayLoadFailed(failure);
        }

        return false;
    }

    /// <summary>Forgets everything: for when the engine that filled it can no longer be trusted.</summary>
    /// <exception cref="HostCacheException">The file cannot be written.</exception>
    public void Clear()
    {
        try
        {
            Entries = [];
            _stream.SetLength(0);
            _stream.SetLength(_layout.FileBytes);
            RandomAccess.Write(_file, HostFileHeader.Write(_identity, _layout), 0);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw HostFileAccess.Explain(_path, failure);
        }
    }

    public void Dispose() => _stream.Dispose();

    private void ReadOrClear()
    {
        if (_stream.Length == 0)
        {
            HostFileAccess.WarnOfRoom(_path, _layout.FileBytes, _log);
            Clear();
            return;
        }

        if (WhyUnusable() is { } reason)
        {
            _log.StartsEmpty(_path, reason);
            Clear();
            return;
        }

        Entries = ReadTable();
        _log.Opened(_path, Entries.Count, SlotCount);
    }

    private string? WhyUnusable()
    {
        var page = new byte[HostFileLayout.PageBytes];
        return !ReadFull(page, 0) ? "it is cut short"
            : HostFileHeader.Refuse(page, _identity, _layout)
            ?? (_stream.Length == _layout.FileBytes ? null : "it is cut short");
    }

    private List<HostEntry> ReadTable()
    {
        var entries = new List<HostEntry>();
        var seen = new HashSet<BlockHash>();
        var page = new byte[HostFileLayout.PageBytes];
        for (var first = 0; first < SlotCount; first += page.Length / SlotRecord.Bytes)
        {
            var lines = page.AsSpan(0, Math.Min(page.Length, (SlotCount - first) * SlotRecord.Bytes));
            if (!ReadFull(lines, _layout.RecordOffset(first)))
            {
                break;
            }

            for (var i = 0; i < lines.Length / SlotRecord.Bytes; i++)
            {
                if (SlotRecord.Read(first + i, lines.Slice(i * SlotRecord.Bytes, SlotRecord.Bytes)) is { } record && seen.Add(record.Hash))
                {
                    entries.Add(new HostEntry(first + i, record.Hash, record.Parent));
                }
            }
        }

        return entries;
    }

    private void WriteRecord(int slot) => RandomAccess.Write(_file, _record, _layout.RecordOffset(slot));

    private bool ReadFull(Span<byte> into, long offset)
    {
        while (into.Length > 0)
        {
            var read = RandomAccess.Read(_file, into, offset);
            if (read == 0)
            {
                return false;
            }

            into = into[read..];
            offset += read;
        }

        return true;
    }

    private void SayLoadFailed(Exception? failure)
    {
        if (!_saidLoad)
        {
            _log.LoadFailed(failure, _path);
        }

        _saidLoad = true;
    }
}
