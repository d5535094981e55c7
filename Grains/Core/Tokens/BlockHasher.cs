using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Preble.Core.Tokens;

/// <summary>
/// Names prefixes: chained 128-bit hashes of the full blocks of a prompt. Take <see cref="Root"/> of the tenant's cache salt, then
/// <see cref="Next"/> block by block, or all at once with <see cref="Hash"/>.
/// </summary>
/// <remarks>
/// <para>
/// A wrong match means that one user reads another's text, and prompts are chosen by strangers. So the hash is a cryptographic one:
/// BLAKE2b with 16 bytes of output (RFC 7693), keyed by nothing, personalised for this use. A parent and 16 tokens fit in one
/// compression, hence it costs less than SHA-256 here (two compressions and a call into the system's library).
/// </para>
/// <para>
/// What an attacker can do. Among the honest, a collision among n blocks has probability under n²/2^129: 2^-49 for 2^40 blocks.
/// Who searches on purpose finds two prompts <em>of their own</em> that collide after about 2^64 hashes; to hit a block of another
/// tenant they need a second preimage, about 2^128/n hashes. The salt starts the chain, so equal prompts of two tenants have
/// unrelated hashes: a tenant can neither share nor probe (by timing) what another has cached, and a colliding pair made under one
/// salt is worthless under another.
/// </para>
/// <para>Tokens are hashed as little-endian 32-bit words whatever the machine, so all workers and the scheduler agree.</para>
/// </remarks>
public static class BlockHasher
{
    private const int HashBytes = 16;
    private const int ParentWords = HashBytes / sizeof(ulong);

    // RFC 7693 parameter block, first word: digest length 16, no key, fanout 1, depth 1.
    private const ulong Parameters = 0x0101_0000 | HashBytes;

    // The personalisation (16 bytes of the parameter block) keeps roots and blocks apart even for equal message bytes.
    private static readonly Vector256<ulong> RootState = Blake2b.InitialHigh ^ Personalisation("preble root v001"u8);
    private static readonly Vector256<ulong> BlockState = Blake2b.InitialHigh ^ Personalisation("preble block v01"u8);

    /// <summary>
    /// The hash of the empty prefix under a salt: what the first block is chained to. (A first block's reported parent is None.)
    /// </summary>
    public static BlockHash Root(string cacheSalt)
    {
        ArgumentNullException.ThrowIfNull(cacheSalt);
        var bytes = Encoding.UTF8.GetBytes(cacheSalt);
        var message = new MessageWriter(RootState);
        foreach (var value in bytes)
        {
            message.Append(value, 1);
        }

        return message.Finish();
    }

    /// <summary>The hash of <paramref name="block"/> after <paramref name="previous"/>, which is the root for a first block.</summary>
    public static BlockHash Next(BlockHash previous, ReadOnlySpan<int> block)
    {
        const int wordsLeft = Blake2b.WordsPerBlock - ParentWords;
        return block.Length <= 2 * wordsLeft ? NextInOneCompression(previous, block) : NextInMany(previous, block);
    }

    /// <summary>The hashes of the full blocks of a prompt; the tokens after the last full block are in none.</summary>
    public static ImmutableArray<BlockHash> Hash(ReadOnlySpan<int> tokens, int blockSize, string cacheSalt)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockSize, 1);
        var hashes = new BlockHash[tokens.Length / blockSize];
        var previous = Root(cacheSalt);
        for (var i = 0; i < hashes.Length; i++)
        {
            previous = Next(previous, tokens.Slice(i * blockSize, blockSize));
            hashes[i] = previous;
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(hashes);
    }

    private static BlockHash NextInOneCompression(BlockHash previous, ReadOnlySpan<int> block)
    {
        Span<ulong> message = stackalloc ulong[Blake2b.WordsPerBlock];
        message.Clear();
        message[0] = previous.High;
        message[1] = previous.Low;
        for (var i = 0; i < block.Length; i++)
        {
            message[ParentWords + i / 2] |= (ulong)(uint)block[i] << (32 * (i & 1));
        }

        var low = Blake2b.InitialLow ^ Vector256.CreateScalar(Parameters);
        var high = BlockState;
        Blake2b.Compress(ref low, ref high, message, (ulong)(HashBytes + sizeof(int) * block.Length), last: true);
        return new BlockHash(low[0], low[1]);
    }

    private static BlockHash NextInMany(BlockHash previous, ReadOnlySpan<int> block)
    {
        var message = new MessageWriter(BlockState);
        message.Append(previous.High, sizeof(ulong));
        message.Append(previous.Low, sizeof(ulong));
        foreach (var token in block)
        {
            message.Append((uint)token, sizeof(int));
        }

        return message.Finish();
    }

    private static Vector256<ulong> Personalisation(ReadOnlySpan<byte> text) => Vector256.Create(
        0, 0, BinaryPrimitives.ReadUInt64LittleEndian(text), BinaryPrimitives.ReadUInt64LittleEndian(text[8..]));

    /// <summary>Gathers a message of any length into blocks. Values must not straddle words: append equal sizes, largest first.</summary>
    private ref struct MessageWriter(Vector256<ulong> high)
    {
        private Vector256<ulong> _low = Blake2b.InitialLow ^ Vector256.CreateScalar(Parameters);
        private Vector256<ulong> _high = high;
        private readonly Span<ulong> _words = new ulong[Blake2b.WordsPerBlock];
        private ulong _byteCount;

        public void Append(ulong value, int size)
        {
            var at = (int)(_byteCount % Blake2b.BytesPerBlock);
            if (at == 0 && _byteCount > 0)
            {
                Blake2b.Compress(ref _low, ref _high, _words, _byteCount, last: false);
                _words.Clear();
            }

            _words[at / sizeof(ulong)] |= value << (8 * (at % sizeof(ulong)));
            _byteCount += (ulong)size;
        }

        public BlockHash Finish()
        {
            Blake2b.Compress(ref _low, ref _high, _words, _byteCount, last: true);
            return new BlockHash(_low[0], _low[1]);
        }
    }
}
