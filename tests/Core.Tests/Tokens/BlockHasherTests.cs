using System.Numerics;
using Preble.Core.Tokens;

namespace Preble.Core.Tests.Tokens;

public sealed class BlockHasherTests
{
    private static readonly int[] Prompt = [.. Enumerable.Range(0, 100).Select(i => i * 7919 % 49152)];

    [Theory]
    // Computed with Python: hashlib.blake2b(message, digest_size=16, person=b"preble root v001" or b"preble block v01"), the two
    // little-endian words printed high first; a block's message is its parent's two words and its tokens as little-endian int32.
    [InlineData("", "604d67d37d20dfa7993d76a2f3967807")]
    [InlineData("tenant-a", "c2c1b8ecb058579d7cc15445a6c93c62")]
    public void Root_agrees_with_an_independent_Blake2b(string salt, string expected) =>
        Assert.Equal(expected, BlockHasher.Root(salt).ToString());

    [Fact]
    public void Blocks_agree_with_an_independent_Blake2b()
    {
        string[] expected =
        [
            "680ba62ad69469eecaf6e48cb79d564b",
            "c35311e201d183e07c135e182fd55f5e",
            "289862a47fb45c6a09eb7b45774ba5d0",
            "5c6e15c6405a271a53360d8b2d2bbc49",
            "94258b515064ea8f1b1069e4426771bf",
            "9699ba83e372d234ca2c9b39edfc302c",
        ];
        Assert.Equal(expected, BlockHasher.Hash(Prompt, 16, "tenant-a").Select(hash => hash.ToString()));
    }

    [Theory]
    [InlineData(1, "6b1d574a5102e22168cd196987ae8224")]
    [InlineData(27, "fd0fe22da1070960b535ebd5ca00a154")]
    [InlineData(28, "d77b66572e3c9fc3fbfe9a438499e1c9")]
    [InlineData(29, "25059bdf75625e7db50dffbca8ddf36f")]
    [InlineData(60, "d5790592d7c760847401cb08522d0ec8")]
    [InlineData(61, "cc6cdc4ef186bb3c76dbc5eab4cd0f8e")]
    [InlineData(100, "e8e130b77fb92b9b79bcc5f7b1c1868e")]
    public void Blocks_of_any_size_agree_with_an_independent_Blake2b(int size, string expected) =>
        Assert.Equal(expected, BlockHasher.Next(new BlockHash(1, 2), Prompt.AsSpan(0, size)).ToString());

    [Fact]
    public void Long_salts_agree_with_an_independent_Blake2b() =>
        Assert.Equal("88ec38f8fd0391570cc8dd96ebc6fcb8", BlockHasher.Root(new string('s', 300)).ToString());

    [Fact]
    public void Equal_prefixes_have_equal_hashes_and_unequal_ones_differ_from_the_first_unequal_block_on()
    {
        var other = (int[])Prompt.Clone();
        other[40]++;
        var left = BlockHasher.Hash(Prompt, 16, "");
        var right = BlockHasher.Hash(other, 16, "");
        Assert.Equal(left.Take(2), right.Take(2));
        for (var i = 2; i < left.Length; i++)
        {
            Assert.NotEqual(left[i], right[i]);
        }
    }

    [Fact]
    public void A_block_is_named_by_what_stands_before_it()
    {
        int[] repeated = [.. Enumerable.Repeat(5, 64)];
        Assert.Equal(4, BlockHasher.Hash(repeated, 16, "").Distinct().Count());
    }

    [Fact]
    public void Hash_is_the_chain_of_Next_from_the_root()
    {
        var first = BlockHasher.Next(BlockHasher.Root("x"), Prompt.AsSpan(0, 16));
        var second = BlockHasher.Next(first, Prompt.AsSpan(16, 16));
        Assert.Equal([first, second], BlockHasher.Hash(Prompt.AsSpan(0, 40), 16, "x").ToArray());
    }

    [Fact]
    public void Salts_give_unrelated_chains() =>
        Assert.Empty(BlockHasher.Hash(Prompt, 16, "a").Intersect(BlockHasher.Hash(Prompt, 16, "b")));

    [Fact]
    public void The_root_is_not_None() => Assert.NotEqual(BlockHash.None, BlockHasher.Root(""));

    [Fact]
    public void A_root_differs_from_a_block_with_the_same_message_bytes()
    {
        // Sixteen zero bytes: a salt of sixteen U+0000, and an empty block after None.
        Assert.NotEqual(BlockHasher.Root(new string('\0', 16)), BlockHasher.Next(BlockHash.None, []));
    }

    [Fact]
    public void A_shorter_block_differs_from_the_same_block_padded_with_token_zero() =>
        Assert.NotEqual(BlockHasher.Next(BlockHash.None, [1, 2]), BlockHasher.Next(BlockHash.None, [1, 2, 0]));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(15, 0)]
    [InlineData(16, 1)]
    [InlineData(31, 1)]
    [InlineData(32, 2)]
    public void Only_full_blocks_are_hashed(int tokens, int blocks) =>
        Assert.Equal(blocks, BlockHasher.Hash(Prompt.AsSpan(0, tokens), 16, "").Length);

    [Fact]
    public void Flipping_any_bit_of_a_block_flips_about_half_of_the_hash()
    {
        var block = Prompt.AsSpan(0, 16).ToArray();
        var original = BlockHasher.Next(BlockHash.None, block);
        var total = 0;
        for (var bit = 0; bit < 512; bit++)
        {
            block[bit / 32] ^= 1 << (bit % 32);
            var flipped = BlockHasher.Next(BlockHash.None, block);
            block[bit / 32] ^= 1 << (bit % 32);
            var count = BitOperations.PopCount(original.High ^ flipped.High) + BitOperations.PopCount(original.Low ^ flipped.Low);
            // Binomial(128, 1/2) has a deviation of 5.7: one of 512 draws outside 6 deviations would be a miracle.
            Assert.InRange(count, 30, 98);
            total += count;
        }

        // The mean of 512 such draws has a deviation of 0.25.
        Assert.InRange(total / 512.0, 62.5, 65.5);
    }

    [Fact]
    public void Hashing_a_prompt_allocates_little_besides_the_result()
    {
        var prompt = new int[2000];
        BlockHasher.Hash(prompt, 16, "tenant");
        var before = GC.GetAllocatedBytesForCurrentThread();
        BlockHasher.Hash(prompt, 16, "tenant");
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        // 125 hashes of 16 bytes, the array's header, the salt's bytes and one message block.
        Assert.InRange(allocated, 2000, 2300);
    }
}
