namespace Preble.Core.Radix;

/// <summary>
/// What the parts of the index take on a 64-bit machine, for the memory that the scheduler reports. Arrays have room to grow and small
/// objects are rounded up, so the sum is an estimate; `./preble bench index` prints it beside what the collector says.
/// </summary>
internal static class RadixMemory
{
    /// <summary>A place of the table of blocks, taken or not.</summary>
    public const long BytesPerPlace = 16;

    /// <summary>A hash on its edge, and the room that a growing edge keeps.</summary>
    public const long BytesPerBlock = 18;

    /// <summary>A <see cref="RadixNode"/> with the heads of its two arrays.</summary>
    public const long BytesPerNode = 176;

    /// <summary>A <see cref="Holding"/> and its place among the holders of its node, of which half as many again are kept ready.</summary>
    public const long BytesPerHolding = 112;
}
