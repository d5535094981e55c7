namespace Preble.Core.KvCache;

/// <summary>
/// Is told at once what becomes shareable and what is forgotten, so that nobody has to search the cache again and again. Told after the
/// change, on the worker's own thread; must not change the cache.
/// </summary>
public interface ICacheObserver
{
    /// <summary>A prefix can be shared that could not be shared before.</summary>
    void Stored(BlockHash hash);

    /// <summary>A prefix can no longer be shared. Its continuations went before it.</summary>
    void Removed(BlockHash hash);

    /// <summary>Nothing can be shared any more.</summary>
    void Cleared();
}
