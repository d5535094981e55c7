namespace Preble.Core.Radix;

/// <content>What requests in flight use of the prompt.</content>
public sealed partial class RadixMatch
{
    /// <summary>
    /// Leading blocks of the prompt that requests in flight use on the worker in this slot. Who uses a node uses all before it, so the last
    /// such node is found by bisection.
    /// </summary>
    public int InUseBlocks(int slot)
    {
        var (low, high) = (0, _length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _path[middle].Node.Find(slot) is { InFlight: > 0 } ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? 0 : _path[low - 1].Node.Depth + _path[low - 1].Matched;
    }
}
