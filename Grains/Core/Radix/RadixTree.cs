namespace Preble.Core.Radix;

/// <summary>
/// The prefix tree over block hashes: what workers say they hold, and the prompts of the window H. One writer. Feed it with <see
/// cref="Store(WorkerCache, ReadOnlySpan{BlockHash}, BlockHash)"/> and <see cref="Remove"/> in any order; <see cref="Begin"/>, <see
/// cref="End"/> and <see cref="Forget"/> count requests. A node stays while a worker holds it, a request of the window shares it, or a child
/// needs it (§3.2), and no longer.
/// </summary>
public sealed partial class RadixTree
{
    /// <summary>
    /// The node that continues <paramref name="prompt"/> after its first <paramref name="depth"/> blocks, which end at <paramref
    /// name="previous"/>, and how many more blocks match there; null when nothing does.
    /// </summary>
    internal RadixNode? Follow(ReadOnlySpan<BlockHash> prompt, int depth, RadixNode? previous, out int matched)
    {
        matched = 0;
        if (depth == prompt.Length || _places.Find(prompt[depth], out var number) is not { } node)
        {
            return null;
        }

        // A worker that lies about parents can put a block where no prompt would: such a block ends the walk.
        if (number != node.First || node.Parent != previous)
        {
            return null;
        }

        node.Depth = depth;
        matched = node.CommonBlocks(prompt[depth..]);
        return node;
    }

    /// <summary>
    /// Makes the tree know a prompt and end a node where it ends; returns that node, or the last one within <paramref name="blockLimit"/>.
    /// </summary>
    public RadixNode? Insert(ReadOnlySpan<BlockHash> prompt, int blockLimit)
    {
        RadixNode? last = null;
        for (var depth = 0; depth < prompt.Length;)
        {
            var node = Follow(prompt, depth, last, out var matched);
            if (node is null)
            {
                matched = UnknownRun(prompt[depth..]);
                if (matched == 0 || BlockCount + matched > blockLimit)
                {
                    break;
                }

                node = NewNode(last, prompt.Slice(depth, matched), BlockHash.None);
                matched = Enter(node, 0);
                Adopt(prompt.Slice(depth, matched));
            }
            else if (matched < node.Count)
            {
                node = Cut(node, matched);
            }

            last = node;
            depth += matched;
        }

        return last;
    }

    /// <summary>A worker no longer holds a block. Unknown: nothing happens.</summary>
    public void Remove(WorkerCache worker, BlockHash hash)
    {
        if (_places.Find(hash, out var number) is not { } node || node.Find(worker.Slot) is not { } holding)
        {
            return;
        }

        var offset = number - node.First;
        if (offset >= holding.Held)
        {
            return;
        }

        if (offset < holding.Held - 1)
        {
            holding = Cut(node, offset + 1).Find(worker.Slot)!;
            node = holding.Node;
        }

        holding.Set(offset, holding.InFlight, holding.Requests);
        BoundPartial(node);
        Prune(node);
    }

    /// <summary>A worker holds nothing any more; its requests still count.</summary>
    public void Clear(WorkerCache worker)
    {
        foreach (var holding in worker.All())
        {
            holding.Set(0, holding.InFlight, holding.Requests);
            Prune(holding.Node);
        }
    }

    /// <summary>
    /// A worker is gone, and its requests in flight with it. Those of the window are forgotten one by one, without a worker.
    /// </summary>
    public void Drop(WorkerCache worker)
    {
        while (worker.Any is { } holding)
        {
            holding.Node.InFlight -= holding.InFlight;
            holding.Set(0, 0, 0);
            Prune(holding.Node);
        }
    }

    /// <summary>A request whose prompt ends at <paramref name="leaf"/> was placed.</summary>
    public void Begin(RadixNode leaf, WorkerCache worker)
    {
        for (var node = leaf; node is not null; node = node.Parent)
        {
            node.Requests++;
            node.InFlight++;
            var holding = node.FindOrAdd(worker);
            holding.Set(holding.Held, holding.InFlight + 1, holding.Requests + 1);
        }
    }

    /// <summary>
    /// It is no longer in flight: what it predicted counts no more. The leaf goes first, so that its ancestors are the more recent.
    /// </summary>
    public void End(RadixNode leaf, WorkerCache worker)
    {
        for (var node = leaf; node is not null; node = node.Parent)
        {
            node.InFlight--;
            var holding = node.Find(worker.Slot)!;
            holding.Set(holding.Held, holding.InFlight - 1, holding.Requests);
        }

        for (var node = leaf; node is not null; node = node.Parent)
        {
            BoundPartial(node);
            var left = Merge(node);
            leaf = node == leaf ? left : leaf;
            node = left;
        }

        Prune(leaf);
    }

    /// <summary>It has left the window; <paramref name="worker"/> is null when that was dropped meanwhile.</summary>
    public void Forget(RadixNode leaf, WorkerCache? worker)
    {
        for (var node = leaf; node is not null; node = node.Parent)
        {
            node.Requests--;
            if (worker is not null)
            {
                var holding = node.Find(worker.Slot)!;
                holding.Set(holding.Held, holding.InFlight, holding.Requests - 1);
            }
        }

        Prune(leaf);
    }

    /// <summary>Adds the slots of the workers on which the whole prefix named by <paramref name="hash"/> is resident.</summary>
    public void FindHolders(BlockHash hash, List<int> slots)
    {
        if (_places.Find(hash, out var number) is not { } node)
        {
            return;
        }

        var cursor = 0;
        while (node.Holders.Next(ref cursor, out var holder))
        {
            if (holder.Resident > number - node.First && HoldsAllBefore(node, holder.Slot))
            {
                slots.Add(holder.Slot);
            }
        }
    }

    private static bool HoldsAllBefore(RadixNode node, int slot)
    {
        for (var before = node.Parent; before is not null; before = before.Parent)
        {
            if (!before.Holders.IsFull(slot, before.Count))
            {
                return false;
            }
        }

        return true;
    }
}
