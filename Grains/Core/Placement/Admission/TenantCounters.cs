using Preble.Core.Batching.Queueing;

namespace Preble.Core.Placement.Admission;

/// <summary>
/// How much each tenant was served, by the virtual token counter of Sheng et al. (Fairness in Serving Large Language Models, 2024): an input
/// token counts 1, an output token 2. Who comes back with nothing waiting is raised to the least served of those who wait, so that nobody
/// saves up turns.
/// </summary>
public sealed class TenantCounters
{
    /// <summary>The workers' own, so that a tenant is charged the same wherever it waits.</summary>
    public const int InputWeight = TenantFairness.InputWeight;
    public const int OutputWeight = TenantFairness.OutputWeight;

    private readonly Dictionary<string, Counter> _counters = new(StringComparer.Ordinal);

    public int Count => _counters.Count;

    public long Served(string tenant) => _counters.TryGetValue(tenant, out var counter) ? counter.Served : 0;

    /// <summary>One more request of the tenant waits.</summary>
    public void Enter(string tenant)
    {
        if (!_counters.TryGetValue(tenant, out var counter))
        {
            Forget();
            _counters.Add(tenant, counter = new Counter());
        }

        if (counter.Waiting == 0)
        {
            counter.Served = Math.Max(counter.Served, LeastOfWaiting());
        }

        counter.Waiting++;
    }

    /// <summary>A request of the tenant no longer waits.</summary>
    public void Leave(string tenant)
    {
        var counter = _counters[tenant];
        Invariant.Require(counter.Waiting > 0, "only who waits leaves the queue");
        counter.Waiting--;
    }

    /// <summary>The tenant was served so much. One that is not known by now has nothing waiting and starts anew.</summary>
    public void Charge(string tenant, long tokens)
    {
        if (_counters.TryGetValue(tenant, out var counter))
        {
            counter.Served += tokens;
        }
    }

    /// <summary>
    /// Makes room once there are many: first those that nothing is lost with, for they would be raised to the least of the waiting anyway;
    /// else whoever was served least of those with nothing waiting.
    /// </summary>
    private void Forget()
    {
        if (_counters.Count < Limits.FairTenants)
        {
            return;
        }

        var least = LeastOfWaiting();
        var idle = _counters.Where(pair => pair.Value.Waiting == 0)
            .OrderBy(pair => pair.Value.Served).ThenBy(pair => pair.Key, StringComparer.Ordinal).ToList();
        for (var index = 0; index < idle.Count && (index == 0 || idle[index].Value.Served <= least); index++)
        {
            _counters.Remove(idle[index].Key);
        }
    }

    private long LeastOfWaiting()
    {
        var least = long.MaxValue;
        foreach (var counter in _counters.Values)
        {
            if (counter.Waiting > 0)
            {
                least = Math.Min(least, counter.Served);
            }
        }

        return least == long.MaxValue ? 0 : least;
    }

    private sealed class Counter
    {
        public long Served { get; set; }

        public int Waiting { get; set; }
    }
}
