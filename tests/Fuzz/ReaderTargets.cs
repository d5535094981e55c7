using System.Text;
using Preble.Core.Text;
using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Families;
using Preble.Inference.ModelFiles.Gguf;
using Preble.Inference.ModelFiles.HuggingFace;

namespace Preble.Fuzz;

/// <summary>
/// What the fuzzer and the test of its corpus feed with bytes: each reader must read them or refuse them with a sentence, in memory that the
/// bytes justify. Anything else is thrown and is a finding.
/// </summary>
internal static class ReaderTargets
{
    // A parsed document takes some tens of bytes for each of its own, and a reader's buffers and tables some more whatever the file.
    private const long BytesForNothing = 4 << 20;
    private const long BytesForAByte = 512;

    private static readonly Dictionary<string, Action<byte[]>> Readers = new(StringComparer.Ordinal)
    {
        ["gguf"] = ReadGguf,
        ["safetensors"] = bytes => _ = SafetensorsFile.Read(new MemoryStream(bytes), "fuzz.safetensors", 0),
        ["tokenizer"] = ReadTokenizer,
        ["config"] = ReadConfig,
    };

    public static IReadOnlyCollection<string> Names => Readers.Keys;

    /// <summary>Feeds one input to the reader of a target; true when it was read, false when it was refused.</summary>
    /// <exception cref="InvalidOperationException">The reader took too much memory or refused without a sentence. What it throws otherwise passes through.</exception>
    public static bool Feed(string target, byte[] bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = TryRead(Readers[target], bytes);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated <= BytesForNothing + (BytesForAByte * bytes.Length)
            ? read
            : throw new InvalidOperationException($"{allocated} bytes were allocated for an input of {bytes.Length}.");
    }

    private static bool TryRead(Action<byte[]> read, byte[] bytes)
    {
        try
        {
            read(bytes);
            return true;
        }
        catch (Exception refusal) when (refusal is ModelFileException or TokenizerException)
        {
            return refusal.Message.Length > 0 ? false : throw new InvalidOperationException("A refusal has no message.", refusal);
        }
    }

    private static void ReadGguf(byte[] bytes)
    {
        var file = GgufFile.Read(new MemoryStream(bytes), "fuzz.gguf");

        // Each by itself: a file without a tokeniser must not hide what the checkpoint's reader does with it.
        var tokenizer = TryRead(ignored => Use(GgufTokenizer.Read(file)), bytes);
        var checkpoint = TryRead(ignored => _ = GgufCheckpoint.Read(file), bytes);
        if (!tokenizer && !checkpoint)
        {
            throw new ModelFileException("fuzz.gguf: neither part of it can be read.");
        }
    }

    private static void ReadTokenizer(byte[] bytes) => Use(HuggingFaceTokenizer.Parse(bytes, "{}"u8.ToArray()));

    private static void ReadConfig(byte[] bytes)
    {
        const int anyHead = 64; // the real one is compared with the weights before anything is made for it
        var json = JsonFile.Parse(bytes, "config.json");
        var family = ModelFamilies.Of(json);
        family.Read(json).Validate("config.json");
        _ = family.Frequencies(json, anyHead);
    }

    // A definition that was accepted must also make a tokeniser, and that must take and give back any text.
    private static void Use(TokenizerDefinition definition)
    {
        var tokenizer = definition.CreateTokenizer();
        var ids = tokenizer.Encode("The 12 qüick <|im_end|> 狐\n\n jumps", parseSpecial: true);
        if (ids.Any(id => id < 0 || id >= definition.Tokens.Count))
        {
            throw new InvalidOperationException("A token outside the vocabulary was encoded.");
        }

        _ = Encoding.UTF8.GetByteCount(tokenizer.Decode(ids));
    }
}
