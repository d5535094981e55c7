using Preble.Core.Placement.Loads;
using Preble.Core.Placement.Prefixes;

namespace Preble.Core.Placement.Balancing;

/// <summary>
/// The load of every key portion of the window H (§3.2, post-assignment adjustment). The load window tells of each booking three times: when
/// it comes, when its work is known, and when it leaves; so nothing is ever added up anew.
/// </summary>
public sealed class KeyLoads
{
    private readonly Dictionary<BlockHash, KeyLoad> _byHash = [];

    /// <summary>Records to use again: a busy scheduler makes and drops one for every prompt that nobody shares.</summary>
    private readonly Stack<KeyLoad> _unused = new();

    /// <summary>In no particular order.</summary>
    public Dictionary<BlockHash, KeyLoad>.ValueCollection All => _byHash.Values;

    public KeyLoad? Find(BlockHash hash) => _byHash.GetValueOrDefault(hash);

    /// <summary>Counts a booking whose prompt is in the prefix index already.</summary>
    public void Book(Booking booking)
    {
        if (booking.Leaf is not { } leaf)
        {
            return;
        }

        var end = KeyPortion.Of(leaf);
        var key = Find(end.Hash);
        if (key is null)
        {
            key = _unused.TryPop(out var unused) ? unused : new KeyLoad();
            key.Reset(end.Hash, end.Depth + end.Count);
            _byHash.Add(end.Hash, key);
        }

        var above = KeyPortion.Above(end);
        while (above is not null && !_byHash.ContainsKey(above.Hash))
        {
            above = KeyPortion.Above(above);
        }

        key.Above = above?.Hash ?? BlockHash.None;
        key.Add(booking.Worker, 1, booking.Work);
        booking.Key = key;
    }

    /// <summary>A booking's work turned out to be <paramref name="change"/> more than was expected, or less.</summary>
    public void Correct(Booking booking, TimeSpan change) => booking.Key?.Add(booking.Worker, 0, change);

    /// <summary>A booking has left the window.</summary>
    public void Leave(Booking booking)
    {
        if (booking.Key is not { } key)
        {
            return;
        }

        booking.Key = null;
        key.Add(booking.Worker, -1, -booking.Work);
        if (key.Requests == 0)
        {
            _byHash.Remove(key.Hash);
            _unused.Push(key);
        }
    }
}
