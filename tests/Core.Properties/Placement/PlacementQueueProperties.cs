using Preble.Core.Placement.Admission;
using Preble.Testing;

namespace Preble.Core.Properties.Placement;

/// <summary>The scheduler's queue beside a dumb one that sorts a list at each question.</summary>
public sealed class PlacementQueueProperties
{
    private const int Capacity = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void It_serves_refuses_and_gives_up_on_the_same_as_a_sorted_list(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var (queue, dumb, now) = (new PlacementQueue(Capacity, Patience), new DumbQueue(), TimeSpan.Zero);
        for (var step = 0; step < 600; step++)
        {
            now += TimeSpan.FromSeconds(random.Below(3));
            switch (random.Below(8))
            {
                case < 4:
                    var query = new PlacementQuery(new RequestId($"r{step}"), [], 1 + random.Below(100), 8, [])
                    {
                        Priority = random.Below(3) - 1, Tenant = $"t{random.Below(4)}",
                    };
                    var added = queue.TryAdd(query, now, out var displaced);
                    Assert.Equal(dumb.TryAdd(query, now, step), (added, displaced?.Query.Request));
                    break;
                case < 6:
                    var next = queue.Peek();
                    Assert.Equal(dumb.Next(), next?.Query.Request);
                    if (next is not null)
                    {
                        queue.Take(next);
                        dumb.Take(next.Query.Request);
                    }

                    break;
                case 6:
                    var someone = new RequestId($"r{random.Below(step + 1)}");
                    Assert.Equal(dumb.Cancel(someone), queue.Cancel(someone));
                    break;
                default:
                    var tenant = $"t{random.Below(4)}";
                    queue.Tenants.Charge(tenant, 50);
                    dumb.Charge(tenant, 50);
                    Assert.Equal(dumb.TakeExpired(now), queue.TakeExpired(now)?.Query.Request);
                    break;
            }

            Assert.Equal(dumb.Count, queue.Count);
        }
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 40)];

    private sealed class DumbQueue
    {
        private readonly List<(PlacementQuery Query, TimeSpan Since, int Number)> _waiting = [];
        private readonly Dictionary<string, long> _served = [];

        public int Count => _waiting.Count;

        public (bool Added, RequestId? Displaced) TryAdd(PlacementQuery query, TimeSpan now, int number)
        {
            RequestId? displaced = null;
            if (_waiting.Count == Capacity)
            {
                var last = _waiting.MaxBy(one => (one.Query.Priority, one.Number));
                if (last.Query.Priority <= query.Priority)
                {
                    return (false, null);
                }

                _waiting.Remove(last);
                displaced = last.Query.Request;
            }

            if (_waiting.TrueForAll(one => one.Query.Tenant != query.Tenant))
            {
                var least = _waiting.Count == 0 ? 0 : _waiting.Min(one => _served[one.Query.Tenant]);
                _served[query.Tenant] = Math.Max(_served.GetValueOrDefault(query.Tenant), least);
            }

            _waiting.Add((query, now, number));
            return (true, displaced);
        }

        public RequestId? Next() => _waiting.Count == 0 ? null
            : _waiting.MinBy(one => (one.Query.Priority, _served[one.Query.Tenant], one.Number)).Query.Request;

        public void Take(RequestId request)
        {
            var query = _waiting.Find(one => one.Query.Request == request).Query;
            Cancel(request);
            Charge(query.Tenant, query.PromptTokens);
        }

        public bool Cancel(RequestId request) => _waiting.RemoveAll(one => one.Query.Request == request) > 0;

        public void Charge(string tenant, long tokens)
        {
            if (_served.ContainsKey(tenant))
            {
                _served[tenant] += tokens;
            }
        }

        public RequestId? TakeExpired(TimeSpan now)
        {
            if (_waiting.Count == 0 || now - _waiting.MinBy(one => one.Number).Since < Patience)
            {
                return null;
            }

            var request = _waiting.MinBy(one => one.Number).Query.Request;
            Cancel(request);
            return request;
        }
    }
}
