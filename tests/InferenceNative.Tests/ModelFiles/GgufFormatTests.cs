using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Gguf;

namespace Preble.InferenceNative.Tests.ModelFiles;

public sealed class GgufFormatTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Read_understands_a_value_of_every_type(uint version)
    {
        var metadata = Read(GgufBytes.OfEveryType(version)).Metadata;

        Assert.Equal(200, metadata.Integer("u8"));
        Assert.Equal(-2, metadata.Integer("i8"));
        Assert.Equal(65_535, metadata.Integer("u16"));
        Assert.Equal(-2, metadata.Integer("i16"));
        Assert.Equal(uint.MaxValue, metadata.Integer("u32"));
        Assert.Equal(-2, metadata.Integer("i32"));
        Assert.Equal(1.5, metadata.Number("f32"));
        Assert.True(metadata.FindBool("bool"));
        Assert.Equal("naïve 日本", metadata.String("string"));
        Assert.Equal(["a", ""], metadata.Strings("strings"));
        Assert.Equal(1L << 40, metadata.Integer("u64"));
        Assert.Equal(-3, metadata.Integer("i64"));
        Assert.Equal(2.5, metadata.Number("f64"));
        Assert.Equal(64, metadata.Number("general.alignment"));
    }

    [Fact]
    public void Read_places_tensors_behind_the_aligned_end_of_the_table()
    {
        var bytes = GgufBytes.OfEveryType();
        var tensors = Read(bytes).Tensors;

        Assert.Equal((32, bytes.Length - 64 - 34L), (tensors[0].SizeBytes, tensors[0].Offset));
        Assert.Equal((34, bytes.Length - 34L), (tensors[1].SizeBytes, tensors[1].Offset));
    }

    [Fact]
    public void A_value_of_another_type_is_named()
    {
        var metadata = Read(GgufBytes.OfEveryType()).Metadata;

        Assert.Equal("test.gguf: the metadata value u8 is not a string.", Assert.Throws<ModelFileException>(() => metadata.FindString("u8")).Message);
        Assert.Equal("test.gguf: the metadata value nil is missing.", Assert.Throws<ModelFileException>(() => metadata.Integer("nil")).Message);
    }

    [Theory]
    [InlineData("the version is not supported", "GGUF version 1 is not supported, only 2 and 3 are")]
    [InlineData("big-endian", "the file is big-endian, which is not supported")]
    [InlineData("magic", "this is not a GGUF file")]
    [InlineData("huge string", "the length of key is 9223372036854775807, over the limit of 16777216")]
    [InlineData("long string", "the length of key is 1000000, more than the rest of the file holds")]
    [InlineData("huge array", "the number of items of key is 1099511627776, over the limit of 4194304")]
    [InlineData("long array", "the number of items of key is 1000000, more than the rest of the file holds")]
    [InlineData("deep array", "key has arrays more than 3 deep")]
    [InlineData("unknown type", "key has the unknown value type 13")]
    [InlineData("twice", "the metadata key key is there twice")]
    [InlineData("not text", "key is not UTF-8")]
    [InlineData("not a truth value", "key is a truth value of 2")]
    [InlineData("tensor over the end", "the tensor t ends behind the end of the file")]
    [InlineData("tensor overflow", "the tensor t is larger than the file")]
    [InlineData("tensor columns", "the tensor t has 33 columns, not a multiple of 32 as its type needs")]
    [InlineData("tensor unaligned", "the tensor t begins at 8, not at a multiple of 32")]
    [InlineData("tensor dimension", "the tensor t has a dimension of 0")]
    [InlineData("tensor twice", "the tensor t is there twice")]
    public void Read_says_what_is_wrong(string damage, string expected)
    {
        var error = Assert.Throws<ModelFileException>(() => Read(Damaged(damage)));

        Assert.StartsWith($"test.gguf: {expected} (at byte ", error.Message, StringComparison.Ordinal);
    }

    private static GgufFile Read(byte[] bytes) => GgufFile.Read(new MemoryStream(bytes), "/somewhere/test.gguf");

    private static byte[] Damaged(string damage) => damage switch
    {
        "the version is not supported" => new GgufBytes(0, 0, version: 1).File(0),
        "big-endian" => new GgufBytes(0, 0, version: 0x0300_0000).File(0),
        "magic" => [.. "GGML"u8, .. new byte[20]],
        "huge string" => new GgufBytes(0, 1).Value("key", 8, w => w.Number(long.MaxValue)).File(64),
        "long string" => new GgufBytes(0, 1).Value("key", 8, w => w.Number(1_000_000)).File(64),
        "huge array" => new GgufBytes(0, 1).Value("key", 9, w => w.ArrayHead(0, 1L << 40, _ => { })).File(64),
        "long array" => new GgufBytes(0, 1).Value("key", 9, w => w.ArrayHead(4, 1_000_000, _ => { })).File(64),
        "deep array" => new GgufBytes(0, 1).Value("key", 9, Deep).File(64),
        "unknown type" => new GgufBytes(0, 1).Value("key", 13, _ => { }).File(64),
        "twice" => new GgufBytes(0, 2).Value("key", 1).Value("key", 2).File(64),
        "not text" => new GgufBytes(0, 1).Value("key", 8, w => w.Number(1).Raw(0xff)).File(64),
        "not a truth value" => new GgufBytes(0, 1).Value("key", 7, w => w.Raw(2)).File(64),
        "tensor over the end" => new GgufBytes(1, 0).Tensor("t", [8, 2], 0, 32).File(64),
        "tensor overflow" => new GgufBytes(1, 0).Tensor("t", [1L << 32, 1L << 32], 0, 0).File(64),
        "tensor columns" => new GgufBytes(1, 0).Tensor("t", [33], 2, 0).File(64),
        "tensor unaligned" => new GgufBytes(1, 0).Tensor("t", [2], 0, 8).File(64),
        "tensor dimension" => new GgufBytes(1, 0).Tensor("t", [2, 0], 0, 0).File(64),
        "tensor twice" => new GgufBytes(2, 0).Tensor("t", [2], 0, 0).Tensor("t", [2], 0, 0).File(64),
        _ => throw new ArgumentException(damage, nameof(damage)),
    };

    private static void Deep(GgufBytes writer)
        => writer.ArrayHead(9, 1, a => a.ArrayHead(9, 1, b => b.ArrayHead(9, 1, c => c.ArrayHead(0, 1, d => d.Raw(1)))));
}
