namespace Preble.Core.Placement.Policies;

/// <summary>
/// Numbers that look random and are the same for the same seed everywhere (splitmix64): the core draws none of its own. The state is one
/// counter, owned by the policy that draws.
/// </summary>
internal struct PlacementRandom
{
    private const ulong Step = 0x9E3779B97F4A7C15UL;

    private ulong _drawn;

    /// <summary>A number from 0 to below the bound; the bias is bound / 2⁶⁴.</summary>
    public int Below(int bound, ulong seed) => (int)(Mix(seed + (++_drawn * Step)) % (ulong)bound);

    /// <summary>Each bit of the answer depends on each bit of the value; different values give different answers.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
