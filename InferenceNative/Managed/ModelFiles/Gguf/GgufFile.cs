namespace Preble.Inference.ModelFiles.Gguf;

/// <summary>
/// The metadata and the tensor table of a GGUF file, versions 2 and 3. The weights themselves are not read: the native library maps them.
/// Immutable, and the file is closed again once it is read.
/// </summary>
public sealed class GgufFile
{
    private const uint Magic = 0x46554747; // "GGUF"
    private const int DefaultAlignment = 32;
    private const int MetadataEntryBytes = 8 + 4 + 1; // the least: an empty key, a type and one byte
    private const int TensorEntryBytes = 8 + 4 + 4 + 8; // the least: an empty name, no dimensions, a type and an offset

    private GgufFile(
        string name, string path, GgufMetadata metadata, IReadOnlyList<GgufTensor> tensors, int alignment, IReadOnlyList<GgufEntry> entries)
        => (Name, Path, Metadata, Tensors, Alignment, Entries) = (name, path, metadata, tensors, alignment, entries);

    /// <summary>The file's name without its folder, for messages.</summary>
    public string Name { get; }

    public string Path { get; }

    public GgufMetadata Metadata { get; }

    public IReadOnlyList<GgufTensor> Tensors { get; }

    /// <summary>What the place of every tensor is a multiple of.</summary>
    public int Alignment { get; }

    /// <summary>Where each metadata entry lies in the file, for those who copy it.</summary>
    public IReadOnlyList<GgufEntry> Entries { get; }

    /// <exception cref="ModelFileException">The file is missing, truncated, corrupt or of another version.</exception>
    public static GgufFile Open(string path)
    {
        using var stream = ModelStreams.Open(path);
        return Read(stream, path);
    }

    /// <summary>Reads from any stream that knows its length; <paramref name="path"/> is only for messages and for the native library.</summary>
    public static GgufFile Read(Stream stream, string path)
    {
        var reader = new BoundedReader(stream, System.IO.Path.GetFileName(path));
        ReadVersion(reader);
        var tensorCount = reader.ReadCount(ModelFileLimits.Tensors, TensorEntryBytes, "the number of tensors");
        var entries = new List<GgufEntry>();
        var metadata = ReadMetadata(reader, entries);
        var alignment = ReadAlignment(reader, metadata);
        var tensors = GgufTensorTable.Read(reader, tensorCount, alignment);
        return new GgufFile(reader.FileName, path, metadata, tensors, alignment, entries);
    }

    private static void ReadVersion(BoundedReader reader)
    {
        if (reader.ReadUInt32("the magic number") != Magic)
        {
            throw reader.Failure("this is not a GGUF file");
        }

        var version = reader.ReadUInt32("the version");
        if (version is not (2 or 3))
        {
            var bigEndian = (version & 0xffff) == 0;
            throw reader.Failure(bigEndian ? "the file is big-endian, which is not supported" : $"GGUF version {version} is not supported, only 2 and 3 are");
        }
    }

    private static GgufMetadata ReadMetadata(BoundedReader reader, List<GgufEntry> entries)
    {
        var count = reader.ReadCount(ModelFileLimits.MetadataEntries, MetadataEntryBytes, "the number of metadata entries");
        var values = new Dictionary<string, object>(count, StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var start = reader.Position;
            var key = reader.ReadString(ModelFileLimits.NameBytes, "a metadata key");
            if (!values.TryAdd(key, GgufValueReader.Read(reader, key)))
            {
                throw reader.Failure($"the metadata key {key} is there twice");
            }

            entries.Add(new GgufEntry(key, start, reader.Position - start));
        }

        return new GgufMetadata(reader.FileName, values);
    }

    private static int ReadAlignment(BoundedReader reader, GgufMetadata metadata)
    {
        var alignment = metadata.FindInteger("general.alignment") ?? DefaultAlignment;
        var isPowerOfTwo = alignment > 0 && (alignment & (alignment - 1)) == 0;
        return isPowerOfTwo && alignment <= ModelFileLimits.Alignment
            ? (int)alignment
            : throw reader.Failure($"general.alignment is {alignment}, not a power of two up to {ModelFileLimits.Alignment}");
    }
}
