namespace Preble.Benchmarks.Index;

/// <summary>What is measured of an index of prefixes: the best worker for a prompt, and a worker's word that it has stored one.</summary>
internal interface IIndexUnderTest
{
    /// <summary>A worker with the longest overlap, and that overlap in blocks; slot −1 when nobody has a block.</summary>
    (int Slot, int Blocks) Find(BlockHash[] prompt);

    /// <summary>Prepares the worker's message, so that making it is not what is timed.</summary>
    KvCacheChanges Message(int slot, BlockHash[] prompt);

    void Store(int slot, KvCacheChanges changes);

    /// <summary>What the index says that it takes; 0 when it does not count.</summary>
    long Bytes { get; }
}
