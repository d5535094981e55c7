namespace Preble.Core.Radix;

/// <summary>Cuts an edge in two, and makes two one, coverage and order of use kept.</summary>
internal static class RadixSplit
{
    /// <summary>
    /// The first <paramref name="at"/> blocks become a new node, which is returned; <paramref name="node"/> keeps its identity, its
    /// children and the tail, so that whoever remembers it as the end of a prompt still has the right one (§3.2).
    /// </summary>
    internal static RadixNode Cut(RadixNode node, int at)
    {
        Invariant.Require(at > 0 && at < node.Count, "a cut leaves blocks on both sides");
        var upper = new RadixNode(node.Parent, node.Blocks[..at].ToArray(), node.First)
        {
            Depth = node.Depth,
            Children = 1,
            Requests = node.Requests,
            InFlight = node.InFlight,
            AwaitedParent = node.AwaitedParent,
        };
        SubtractAll(node);
        node.Parent = upper;
        node.AwaitedParent = BlockHash.None;
        node.DropFirst(at);
        var cursor = 0;
        while (node.Holders.Next(ref cursor, out var holder))
        {
            Divide(holder.Holding, upper, at);
        }

        node.Holders.Refresh(node.Count);
        upper.Holders.Refresh(upper.Count);
        RemoveEmpty(node);
        return upper;
    }

    /// <summary>
    /// True when a cut between a node and its parent could have made them as they are: the same workers, all of the upper part held, used
    /// by the same requests, one right after the other in the order of use. Then nothing is lost by making them one.
    /// </summary>
    internal static bool AreOne(RadixNode upper, RadixNode lower)
    {
        if (upper.Children != 1 || upper.Requests != lower.Requests || upper.InFlight != lower.InFlight
            || upper.Holders.Count != lower.Holders.Count || upper.Holders.Full != upper.Holders.Count)
        {
            return false;
        }

        var (above, below) = (0, 0);
        while (upper.Holders.Next(ref above, out var top) && lower.Holders.Next(ref below, out var bottom))
        {
            var (a, b) = (top.Holding, bottom.Holding);
            if (top.Slot != bottom.Slot || a.InFlight != b.InFlight || a.Requests != b.Requests || a.Held != upper.Count || b.Held == 0
                || a.List != b.List || (a.Evictable && b.Newer != a))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Makes the lower of two nodes that are one a part of the upper: it must be a leaf that no request ends at.</summary>
    internal static void JoinLower(RadixNode upper, RadixNode lower)
    {
        SubtractAll(upper);
        upper.Append(lower.Blocks);
        upper.Children = 0;
        TakeAll(upper, lower);
    }

    /// <summary>Makes the upper of two nodes that are one a part of the lower, which keeps its identity and children.</summary>
    internal static void JoinUpper(RadixNode upper, RadixNode lower)
    {
        SubtractAll(lower);
        lower.Prepend(upper.Blocks);
        lower.Parent = upper.Parent;
        TakeAll(lower, upper);
    }

    private static void SubtractAll(RadixNode node)
    {
        var cursor = 0;
        while (node.Holders.Next(ref cursor, out var holder))
        {
            holder.Holding.Owner.Subtract(holder.Holding);
        }
    }

    private static void TakeAll(RadixNode kept, RadixNode gone)
    {
        var (first, second) = (0, 0);
        while (kept.Holders.Next(ref first, out var holder) && gone.Holders.Next(ref second, out var other))
        {
            holder.Holding.Take(other.Holding);
            holder.Holding.Owner.Add(holder.Holding);
        }

        kept.Holders.Refresh(kept.Count);
    }

    private static void Divide(Holding lower, RadixNode upper, int at)
    {
        // The upper part is used whenever the lower is, so it comes right after it in the order of use.
        var top = upper.FindOrAdd(lower.Owner);
        lower.CutInto(top, at);
        lower.List!.AddAfter(top, lower);
        lower.Owner.Add(top);
        lower.Owner.Add(lower);
        lower.Owner.Relink(lower, justUsed: false);
    }

    private static void RemoveEmpty(RadixNode node)
    {
        List<Holding>? empty = null;
        var cursor = 0;
        while (node.Holders.Next(ref cursor, out var holder))
        {
            if (holder.Holding.IsEmpty)
            {
                (empty ??= []).Add(holder.Holding);
            }
        }

        empty?.ForEach(node.Remove);
    }
}
