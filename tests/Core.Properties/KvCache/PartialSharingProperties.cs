using FsCheck;
using FsCheck.Fluent;
using Preble.Core.KvCache;

namespace Preble.Core.Properties.KvCache;

/// <summary>Parts of blocks against an oracle that compares whole prompts, salt included: who shares has the same salt and the same tokens.</summary>
public sealed class PartialSharingProperties
{
    private const int BlockSize = 4;

    [Fact]
    public void A_part_is_the_longest_of_those_with_the_same_salt_and_the_same_beginning()
    {
        var (found, refusedForSalt, tails) = (0, 0, 0);
        Prop.ForAll(Gen.Choose(0, 99_999_999).ArrayOf().ToArbitrary(), operations =>
        {
            var pool = new BlockPool(12, BlockSize);
            var cache = new KvCacheManager(BlockSize, pool);

            // What each block holds: the salt, and every token from the prompt's first to the block's last computed one.
            var held = new Dictionary<int, (string Salt, int[] Tokens)>();
            foreach (var operation in operations)
            {
                var salt = operation % 3 == 0 ? "tenant" : "";
                int[] tokens = [.. Enumerable.Range(0, 1 + (operation % 11)).Select(i => (operation >> (4 + i)) & 1)];
                var hashes = new PrefixHashes(BlockSize, salt);
                hashes.Extend(tokens);
                for (var block = 0; block <= hashes.Count && block * BlockSize < tokens.Length; block++)
                {
                    var start = block * BlockSize;
                    var wanted = tokens[start..Math.Min(start + BlockSize, tokens.Length)];
                    var (source, count) = cache.FindPart(hashes.ChainBefore(block), wanted);
                    var expected = held.Where(pair => Follows(pair.Value, salt, tokens, start)).Max(pair => (int?)Common(pair.Value.Tokens[start..], wanted)) ?? 0;
                    Assert.Equal(expected, count);
                    refusedForSalt += held.Values.Any(value => Follows(value, salt.Length == 0 ? "tenant" : "", tokens, start) && Common(value.Tokens[start..], wanted) > count) ? 1 : 0;
                    if (count > 0)
                    {
                        found++;
                        Assert.True(Follows(held[source], salt, tokens, start), "the source follows the same tokens under the same salt");
                        Assert.Equal(wanted[..count], held[source].Tokens[start..(start + count)]);
                    }
                }

                Compute(hashes, tokens, salt);
            }

            return true;

            void Compute(PrefixHashes hashes, int[] tokens, string salt)
            {
                var table = new BlockTable();
                cache.Grow(table, tokens.Length);
                cache.Register(table, hashes, tokens, tokens.Length);
                for (var i = 0; i < table.Count; i++)
                {
                    held[table.Ids[i]] = (salt, tokens[..Math.Min((i + 1) * BlockSize, tokens.Length)]);
                }

                tails += tokens.Length % BlockSize == 0 ? 0 : 1;
                cache.Release(table, hashes, tokens, tokens.Length);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(1UL, 3UL));
        Assert.True(found > 2000 && refusedForSalt > 300 && tails > 2000, $"{found} found, {refusedForSalt} refused for the salt, {tails} tails");
    }

    /// <summary>True when the block holds the tokens after the first <paramref name="start"/> of that prompt, under the same salt.</summary>
    private static bool Follows((string Salt, int[] Tokens) held, string salt, int[] prompt, int start) =>
        string.Equals(held.Salt, salt, StringComparison.Ordinal)
        && (held.Tokens.Length - 1) / BlockSize == start / BlockSize
        && held.Tokens.AsSpan(0, start).SequenceEqual(prompt.AsSpan(0, start));

    private static int Common(ReadOnlySpan<int> one, ReadOnlySpan<int> other) => one.CommonPrefixLength(other);
}
