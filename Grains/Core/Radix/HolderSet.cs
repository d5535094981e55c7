namespace Preble.Core.Radix;

/// <summary>One worker of a <see cref="HolderSet"/> and how many leading blocks of the edge are resident on it.</summary>
internal record struct Holder(Holding Holding, int Slot, int Resident);

/// <summary>
/// The workers that have something of one edge, by slot. A few lie in one sorted array; many in pages of 64 slots with bit sets, so that a
/// set of thousands is intersected word by word and changed by moving one page. Memory is that of the members. A mutable struct: keep it
/// in a field and do not copy it.
/// </summary>
internal struct HolderSet
{
    /// <summary>The most that lie in one array.</summary>
    public const int Few = 64;

    private const int StillMany = Few / 2;

    private Holder[]? _few;
    private HolderPages? _many;

    public int Count { get; private set; }

    /// <summary>Workers on which the whole edge is resident.</summary>
    public int Full { get; private set; }

    /// <summary>Workers on which a part of it is resident.</summary>
    public int Partial { get; private set; }

    /// <summary>The members as bit sets; null when they are few.</summary>
    public readonly HolderPages? Many => _many;

    public readonly ReadOnlySpan<Holder> FewHolders => _many is null ? _few.AsSpan(0, Count) : default;

    public readonly Holding? Find(int slot)
    {
        if (_many is not null)
        {
            return _many.Find(slot, out var holder) ? holder.Holding : null;
        }

        var at = IndexOf(slot);
        return at >= 0 ? _few![at].Holding : null;
    }

    /// <summary>Leading blocks resident on the worker.</summary>
    public readonly int ResidentOn(int slot)
    {
        if (_many is not null)
        {
            return _many.Find(slot, out var holder) ? holder.Resident : 0;
        }

        var at = IndexOf(slot);
        return at >= 0 ? _few![at].Resident : 0;
    }

    public readonly bool IsFull(int slot, int length)
    {
        if (_many is not null)
        {
            return WorkerWords.Contains(_many.Full, slot);
        }

        var at = IndexOf(slot);
        return at >= 0 && _few![at].Resident == length;
    }

    /// <summary>Walks all members in the order of their slots; start with a cursor of 0. The set must not change meanwhile.</summary>
    public readonly bool Next(ref int cursor, out Holder holder)
    {
        if (_many is not null)
        {
            return _many.Next(_many.Present, ref cursor, out holder);
        }

        holder = cursor < Count ? _few![cursor] : default;
        return cursor++ < Count;
    }

    /// <summary>Walks those that have a part of the edge and not the whole.</summary>
    public readonly bool NextPartial(ref int cursor, int length, out Holder holder)
    {
        if (_many is not null)
        {
            return _many.Next(_many.Partial, ref cursor, out holder);
        }

        while (cursor < Count)
        {
            holder = _few![cursor++];
            if (holder.Resident > 0 && holder.Resident < length)
            {
                return true;
            }
        }

        holder = default;
        return false;
    }

    /// <summary>Adds a worker that is no member, with nothing resident.</summary>
    public void Add(Holding holding, int length)
    {
        var slot = holding.Owner.Slot;
        if (_many is null && Count == Few)
        {
            _many = new HolderPages();
            foreach (var member in _few!)
            {
                _many.Insert(member, length);
            }

            _few = null;
        }

        if (_many is not null)
        {
            _many.Insert(new Holder(holding, slot, 0), length);
        }
        else
        {
            var at = ~IndexOf(slot);
            if (Count == (_few?.Length ?? 0))
            {
                Array.Resize(ref _few, Count == 0 ? 1 : Math.Min(Few, Count * 2));
            }

            Array.Copy(_few!, at, _few!, at + 1, Count - at);
            _few![at] = new Holder(holding, slot, 0);
        }

        Count++;
    }

    public void Remove(int slot, int length)
    {
        Update(slot, 0, length);
        if (_many is null)
        {
            var at = IndexOf(slot);
            Count--;
            Array.Copy(_few!, at + 1, _few!, at, Count - at);
            _few![Count] = default;
            return;
        }

        _many.Remove(slot);
        Count--;
        if (Count < StillMany)
        {
            _few = _many.ToArray(Count);
            _many = null;
        }
    }

    /// <summary>A member's resident blocks have changed, on an edge of this length.</summary>
    public void Update(int slot, int resident, int length)
    {
        if (_many is not null)
        {
            ref var paged = ref _many.Get(slot);
            Recount(paged.Resident, resident, length);
            paged.Resident = resident;
            _many.SetBits(slot, resident, length);
            return;
        }

        ref var holder = ref _few![IndexOf(slot)];
        Recount(holder.Resident, resident, length);
        holder.Resident = resident;
    }

    /// <summary>The edge's length has changed, or what is resident of many: takes everything from the holdings anew.</summary>
    public void Refresh(int length)
    {
        (Full, Partial) = (0, 0);
        var cursor = 0;
        while (Next(ref cursor, out var holder))
        {
            var resident = holder.Holding.Resident;
            Recount(0, resident, length);
            if (_many is not null)
            {
                _many.Get(holder.Slot).Resident = resident;
                _many.SetBits(holder.Slot, resident, length);
            }
            else
            {
                _few![cursor - 1].Resident = resident;
            }
        }
    }

    private void Recount(int old, int now, int length)
    {
        Full += (now == length ? 1 : 0) - (old == length ? 1 : 0);
        Partial += (now > 0 && now < length ? 1 : 0) - (old > 0 && old < length ? 1 : 0);
    }

    private readonly int IndexOf(int slot)
    {
        if (Count == 1)
        {
            var only = _few![0].Slot;
            return only == slot ? 0 : only < slot ? ~1 : ~0;
        }

        var (low, high) = (0, Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var difference = _few![middle].Slot - slot;
            if (difference == 0)
            {
                return middle;
            }

            (low, high) = difference < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}
