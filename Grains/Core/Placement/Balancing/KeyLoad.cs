using Preble.Core.Placement.Costs;
using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement.Balancing;

/// <summary>The load of one key portion within the window H: its requests and their work, by worker. Owned and reused by <see cref="KeyLoads"/>.</summary>
public sealed class KeyLoad
{
    private KeyShare[] _shares = new KeyShare[1];
    private int _count;

    /// <summary>The hash of the key portion's last block.</summary>
    public BlockHash Hash { get; private set; }

    /// <summary>Blocks of a prompt from its start to the end of the key portion.</summary>
    public int Blocks { get; private set; }

    /// <summary>The nearest key portion above it that has a load of its own, as of the last request; none above the first.</summary>
    public BlockHash Above { get; set; }

    public int Requests { get; private set; }

    /// <summary>Output lengths of those that have finished.</summary>
    public OutputLengths Outputs { get; } = new();

    /// <summary>By worker; a worker without a request of the window has no share.</summary>
    public ReadOnlySpan<KeyShare> Shares => _shares.AsSpan(0, _count);

    internal void Reset(BlockHash hash, int blocks) => (Hash, Blocks, Above, Requests, _count) = (hash, blocks, default, 0, 0);

    internal void Add(WorkerView worker, int requests, TimeSpan work)
    {
        var index = IndexOf(worker);
        if (index < 0)
        {
            index = _count++;
            if (index == _shares.Length)
            {
                Array.Resize(ref _shares, index * 2);
            }

            _shares[index] = new KeyShare(worker);
        }

        ref var share = ref _shares[index];
        share.Requests += requests;
        share.Work += work;
        Requests += requests;
        Invariant.Require(share.Requests >= 0 && share.Work >= TimeSpan.Zero, "no worker has less than nothing of a key portion");
        if (share.Requests == 0)
        {
            _shares[index] = _shares[--_count];
            _shares[_count] = default;
        }
    }

    private int IndexOf(WorkerView worker)
    {
        for (var index = 0; index < _count; index++)
        {
            if (_shares[index].Worker == worker)
            {
                return index;
            }
        }

        return -1;
    }
}
