namespace Preble.Core.Radix;

/// <content>What one worker holds, block by block.</content>
public sealed partial class RadixTree
{
    /// <summary>True when the tree has the block, whoever holds it or has asked for it.</summary>
    public bool Knows(BlockHash hash) => _places.Find(hash, out _) is not null;

    /// <summary>True when the worker has reported the block and not taken it back.</summary>
    public bool Holds(WorkerCache worker, BlockHash hash) =>
        _places.Find(hash, out var number) is { } node && node.Find(worker.Slot) is { } holding && number - node.First < holding.Held;

    /// <summary>Stores all that the worker holds here in another tree, where it has another cache.</summary>
    public void CopyHeld(WorkerCache worker, RadixTree target, WorkerCache copy)
    {
        foreach (var holding in worker.All())
        {
            var node = holding.Node;
            var parent = node.Parent?.Hash ?? node.AwaitedParent;
            foreach (var hash in node.Blocks[..holding.Held])
            {
                target.Store(copy, hash, parent);
                parent = hash;
            }
        }
    }
}
