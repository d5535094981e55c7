using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Preble.Core;
using Preble.Core.Tokens;

namespace Preble.Simulation;

/// <summary>
/// The front-end's hashes of prompts' blocks. What a prompt begins with is mostly what another began with: those blocks' hashes are remembered by the segments
/// that they are made of, for hashing is the dearest part of a simulated request.
/// </summary>
internal sealed class PromptHashes
{
    /// <summary>Hashes remembered, 256 MB of them; past it they are all forgotten.</summary>
    private const int MostHashes = 16 << 20;

    private static readonly BlockHash Root = BlockHasher.Root(cacheSalt: "");

    private readonly Dictionary<UInt128, BlockHash[]> _beginnings = [];
    private int _remembered;

    public ImmutableArray<BlockHash> Of(SimulatedRequest request)
    {
        var tokens = request.Prompt.AsSpan();
        var hashes = new BlockHash[tokens.Length / Limits.BlockSize];
        var (known, at, name) = (0, 0, default(UInt128));

        // The last segment is the request's own: nobody begins with it.
        for (var i = 0; i + 1 < request.Segments.Length; i++)
        {
            var segment = request.Segments[i];
            at += segment.Tokens;
            name = Chain(name, segment);
            if (_beginnings.TryGetValue(name, out var beginning))
            {
                beginning.CopyTo(hashes, 0);
                known = beginning.Length;
                continue;
            }

            known = Extend(hashes, known, tokens[..at]);
            Remember(name, hashes[..known]);
        }

        Extend(hashes, known, tokens);
        return ImmutableCollectionsMarshal.AsImmutableArray(hashes);
    }

    private static int Extend(BlockHash[] hashes, int known, ReadOnlySpan<int> tokens)
    {
        for (; (known + 1) * Limits.BlockSize <= tokens.Length; known++)
        {
            hashes[known] = BlockHasher.Next(known == 0 ? Root : hashes[known - 1], tokens.Slice(known * Limits.BlockSize, Limits.BlockSize));
        }

        return known;
    }

    private void Remember(UInt128 name, BlockHash[] beginning)
    {
        _remembered += beginning.Length;
        if (_remembered > MostHashes)
        {
            _beginnings.Clear();
            _remembered = beginning.Length;
        }

        _beginnings.Add(name, beginning);
    }

    private static UInt128 Chain(UInt128 before, PromptSegment segment)
    {
        var low = SimulationRandom.Mix((ulong)before ^ segment.Id);
        return new UInt128(SimulationRandom.Mix((ulong)(before >> 64) + low + (ulong)segment.Tokens), low);
    }
}
