using Preble.Core.KvCache;
using Preble.Core.Tokens;

namespace Preble.Core.Tests.KvCache;

public sealed class PrefixHashesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("tenant")]
    public void Hashes_that_grow_token_by_token_are_those_of_the_whole(string salt)
    {
        int[] tokens = [.. Enumerable.Range(100, 15)];
        var hashes = new PrefixHashes(4, salt);
        for (var known = 0; known <= tokens.Length; known++)
        {
            hashes.Extend(tokens.AsSpan(0, known));
            Assert.Equal(known / 4, hashes.Count);
        }

        Assert.Equal(BlockHasher.Hash(tokens, 4, salt), Enumerable.Range(0, hashes.Count).Select(i => hashes[i]));
    }

    [Fact]
    public void The_parent_of_a_first_block_is_no_prefix()
    {
        var hashes = new PrefixHashes(2, "tenant");
        hashes.Extend([1, 2, 3, 4]);
        Assert.Equal(BlockHash.None, hashes.ParentOf(0));
        Assert.Equal(hashes[0], hashes.ParentOf(1));
    }
}
