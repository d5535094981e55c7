namespace Preble.Core.Properties.KvCache;

/// <summary>The block pool as a beginner would write it: plain lists, everything searched.</summary>
internal sealed class DumbBlockPool(int blockCount)
{
    private readonly List<int> _free = [.. Enumerable.Range(0, blockCount)];
    private readonly int[] _references = new int[blockCount];
    private readonly BlockHash?[] _content = new BlockHash?[blockCount];

    public int FreeCount => _free.Count;

    public HashSet<BlockHash> Shareable => [.. _content.OfType<BlockHash>()];

    public IEnumerable<int> Used => Enumerable.Range(0, blockCount).Where(id => _references[id] > 0);

    public bool Holds(int id, BlockHash hash) => _content[id] == hash;

    public bool IsCached(int id) => _content[id] is not null;

    public int References(int id) => _references[id];

    public int Take()
    {
        var id = _free[0];
        _free.RemoveAt(0);
        (_references[id], _content[id]) = (1, null);
        return id;
    }

    public void Touch(int id)
    {
        _free.Remove(id);
        _references[id]++;
    }

    public void Register(int id, BlockHash hash) => _content[id] = hash;

    public void Release(int id)
    {
        if (--_references[id] == 0)
        {
            _free.Insert(_content[id] is null ? 0 : _free.Count, id);
        }
    }
}
