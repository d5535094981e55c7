using System.Buffers;

namespace Preble.Core.Text;

/// <summary>Collects the ids of one encoding in borrowed memory. End with <see cref="ToArrayAndRelease"/>.</summary>
internal ref struct IdBuffer(int expected)
{
    private int[] _ids = ArrayPool<int>.Shared.Rent(Math.Max(16, expected));
    private int _count;

    public void Add(int id)
    {
        if (_count == _ids.Length)
        {
            Grow(1);
        }

        _ids[_count++] = id;
    }

    public void Add(scoped ReadOnlySpan<int> ids)
    {
        if (_ids.Length - _count < ids.Length)
        {
            Grow(ids.Length);
        }

        ids.CopyTo(_ids.AsSpan(_count));
        _count += ids.Length;
    }

    public int[] ToArrayAndRelease()
    {
        var result = _ids.AsSpan(0, _count).ToArray();
        ArrayPool<int>.Shared.Return(_ids);
        _ids = [];
        return result;
    }

    private void Grow(int more)
    {
        var larger = ArrayPool<int>.Shared.Rent(Math.Max(2 * _ids.Length, _count + more));
        _ids.AsSpan(0, _count).CopyTo(larger);
        ArrayPool<int>.Shared.Return(_ids);
        _ids = larger;
    }
}
