namespace Preble.Core.KvCache.Eviction;

/// <summary>Blocks by worth, the least and of those the longest free first.</summary>
internal sealed class EvictionHeap
{
    private readonly PlacedHeap<Block, Rule> _heap = new();

    public int Count => _heap.Count;

    public IEnumerable<int> Ids() => _heap.Items.Select(block => block.Id);

    public void Add(Block block)
    {
        Invariant.Require(block.ReferenceCount == 0, "only a free block is queued");
        _heap.Add(block);
    }

    public Block Take()
    {
        Invariant.Require(_heap.Count > 0, "of the free blocks one at least has no continuation");
        var block = _heap.First;
        _heap.Remove(block);
        return block;
    }

    public void Remove(Block block) => _heap.Remove(block);

    private readonly struct Rule : IHeapRule<Block>
    {
        public static bool IsBefore(Block one, Block other) =>
            one.Worth != other.Worth ? one.Worth < other.Worth : one.ReleaseNumber < other.ReleaseNumber;

        public static int PlaceOf(Block item) => item.HeapPlace;

        public static void SetPlace(Block item, int place) => item.HeapPlace = place;
    }
}
