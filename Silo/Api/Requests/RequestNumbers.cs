using System.Globalization;
using System.Security.Cryptography;

namespace Preble.Api;

/// <summary>Names requests and gives seeds to those that bring none. Tests give numbers of their own.</summary>
internal sealed class RequestNumbers(Func<UInt128>? next = null)
{
    private readonly Func<UInt128> _next = next ?? Random;

    /// <summary>32 hexadecimal digits, unique for the life of the cluster.</summary>
    public string Name() => _next().ToString("x32", CultureInfo.InvariantCulture);

    public ulong Seed() => (ulong)_next();

    private static UInt128 Random()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return new UInt128(BitConverter.ToUInt64(bytes), BitConverter.ToUInt64(bytes[8..]));
    }
}
