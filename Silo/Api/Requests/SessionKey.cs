using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Preble.Api;

/// <summary>
/// What keeps requests together, as a number: the scheduler needs to see that two are equal and not what they say. 64 bits of SHA-256, so
/// the same on every machine; 0 is nothing.
/// </summary>
internal static class SessionKey
{
    /// <param name="session">As the header names it; it goes before the body's two.</param>
    public static ulong Of(string? session, string? promptCacheKey, string? user) =>
        !string.IsNullOrEmpty(session) ? Hash('s', session)
        : !string.IsNullOrEmpty(promptCacheKey) ? Hash('k', promptCacheKey)
        : !string.IsNullOrEmpty(user) ? Hash('u', user)
        : 0;

    /// <summary>The kind goes in first, so that a user and a session of one name are not the same.</summary>
    private static ulong Hash(char kind, string text)
    {
        var hash = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}:{text}")));
        return hash == 0 ? 1 : hash;
    }
}
