using System.Security.Cryptography;
using Preble.Core.Engine;

namespace Preble.Actors.Workers.HostCache;

/// <summary>What the blocks of a file depend on. Blocks of another identity are numbers of another model, and never used.</summary>
/// <param name="Model">The model's weights, how they are held, and the kernels that compute with them: all that decides a block's bits.</param>
/// <param name="BlockSize">Tokens a block.</param>
/// <param name="BlockBytes">Bytes of a block in this encoding.</param>
public sealed record HostFileIdentity(string Model, int BlockSize, BlockEncoding Encoding, int BlockBytes)
{
    public const int DigestBytes = 32;

    /// <summary>The identity in 32 bytes.</summary>
    internal byte[] Digest() => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{Model}\n{BlockSize}\n{(int)Encoding}\n{BlockBytes}"));
}
