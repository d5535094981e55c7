using Preble.Core.KvCache.Host;

namespace Preble.Core.KvCache;

/// <summary>
/// What must be moved between blocks before a plan's step is computed, in this order: all saves, all loads, all copies. The rules that make
/// the order safe whatever the plan has taken and evicted meanwhile:
/// <list type="bullet">
/// <item>A save reads a block that was computed before the plan; only loads, copies and the step write to blocks, and they come later.</item>
/// <item>A load reads a slot that is pinned from planning on, so no save of the same plan can take it for something else.</item>
/// <item>A copy's source is held from planning on, so nobody takes it: no load writes to it. Its own sequence may write to it in the step,
/// behind the part that is shared, and the step comes last.</item>
/// <item>A sequence that waits for its loads or its copy is not preempted, so the blocks they write to keep their owner.</item>
/// </list>
/// Owned by the <see cref="KvCacheManager"/>, which fills it while a step is planned; reused from plan to plan.
/// </summary>
public sealed class BlockTransfers
{
    private readonly List<HostSave> _saves = [];
    private readonly List<HostLoad> _loads = [];
    private readonly List<BlockCopy> _copies = [];

    public IReadOnlyList<HostSave> Saves => _saves;

    public IReadOnlyList<HostLoad> Loads => _loads;

    public IReadOnlyList<BlockCopy> Copies => _copies;

    public bool Any => _saves.Count + _loads.Count + _copies.Count > 0;

    public void Add(in HostSave save) => _saves.Add(save);

    public void Add(in HostLoad load) => _loads.Add(load);

    public void Add(in BlockCopy copy) => _copies.Add(copy);

    public void Clear()
    {
        _saves.Clear();
        _loads.Clear();
        _copies.Clear();
    }
}
