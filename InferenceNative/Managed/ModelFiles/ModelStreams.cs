namespace Preble.Inference.ModelFiles;

/// <summary>Opens the files of a model for reading in order; what goes wrong becomes a <see cref="ModelFileException"/>.</summary>
internal static class ModelStreams
{
    private const int BufferBytes = 1 << 16;

    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelFileException($"{path}: there is no such file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ModelFileException($"{path}: the file cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>A few bytes from the middle of a file whose length was checked before.</summary>
    public static byte[] ReadAt(string path, long offset, int count)
    {
        using var stream = Open(path);
        var bytes = new byte[count];
        try
        {
            stream.Position = offset;
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (IOException e)
        {
            throw new ModelFileException($"{Path.GetFileName(path)}: {count} bytes at {offset} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The whole of a small file, for JSON.</summary>
    public static byte[] ReadAll(string path)
    {
        using var stream = Open(path);
        var reader = new BoundedReader(stream, Path.GetFileName(path));
        if (reader.Length > ModelFileLimits.JsonBytes)
        {
            throw reader.Failure($"the file is larger than {ModelFileLimits.JsonBytes} bytes");
        }

        return reader.ReadBytes((int)reader.Length, "the file");
    }
}
