namespace Preble.Core.Radix;

/// <summary>Cuts an edge in two, coverage kept.</summary>
internal static class RadixSplit
{
    /// <summary>
    /// The first <paramref name="at"/> blocks become a new node, which is returned; <paramref name="node"/> keeps its identity, its
    /// children and the tail, so that whoever remembers it as the end of a prompt still has the right one (§3.2).
    /// </summary>
    internal static RadixNode Cut(RadixNode node, int at)
    {
        Invariant.Require(at > 0 && at < node.Count, "a cut leaves blocks on both sides");
        var upper = new RadixNode(node.Parent, node.Blocks[..at].ToArray())
        {
            Depth = node.Depth,
            Children = 1,
            Requests = node.Requests,
            InFlight = node.InFlight,
            AwaitedParent = node.AwaitedParent,
        };
        foreach (var holding in node.Holdings)
        {
            holding.Owner.Subtract(holding);
        }

        node.Parent = upper;
        node.AwaitedParent = BlockHash.None;
        node.First += at;
        node.Count -= at;
        node.Depth += at;
        for (var index = node.Holdings.Length - 1; index >= 0; index--)
        {
            Divide(node.Holdings[index], upper, at);
        }

        node.RefreshFull();
        upper.RefreshFull();
        return upper;
    }

    private static void Divide(Holding lower, RadixNode upper, int at)
    {
        // The upper part is used whenever the lower is, so it comes right after it in the order of use.
        var top = upper.FindOrAdd(lower.Owner);
        lower.CutInto(top, at);
        lower.List!.AddAfter(top, lower);
        lower.Owner.Add(top);
        lower.Owner.Add(lower);
        lower.Set(lower.Held, lower.InFlight, lower.Requests);
    }
}
