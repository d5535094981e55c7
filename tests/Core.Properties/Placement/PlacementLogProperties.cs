using Preble.Core.Placement.Explaining;
using Preble.Testing;

namespace Preble.Core.Properties.Placement;

/// <summary>The ring of decisions beside a list that keeps everything: fleets that grow and shrink, rings of any size, refusals between.</summary>
public sealed class PlacementLogProperties
{
    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_ring_remembers_what_a_list_would(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var (kept, mostScores) = (1 + random.Below(12), random.Below(40));
        var log = new PlacementLog("least-loaded", PlacementMeasure.Requests, kept, mostScores);
        var rigs = Enumerable.Range(1, 6).Select(workers => new PolicyRig("least-loaded", workers)).ToArray();
        var all = new List<(string Name, string? Worker, string[] Workers)>();
        for (var step = 0; step < 120; step++)
        {
            var name = $"r{random.Below(8)}-{random.Below(3)}";
            if (random.Chance(0.2))
            {
                var query = new PlacementQuery(new RequestId(name), [], 3, 1, []);
                log.Add(query, new Rejection(RejectionReason.NoWorker, "none"), default);
                all.Add((name, null, []));
            }
            else
            {
                var rig = rigs[random.Below(1 + Math.Min(5, step / 10))];
                random.Pick([.. rig.Workers]).InFlight = random.Below(9);
                var decision = rig.Choose("abc", request: name);
                log.Add(rig.Context, decision, default);
                all.Add((name, decision.Worker.Id.Value, [.. rig.Workers.Select(worker => $"{worker.Id} {worker.InFlight}")]));
            }

            Compare(log, all, kept, mostScores, $"r{random.Below(8)}", 1 + random.Below(5));
        }
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 60)];

    private static void Compare(
        PlacementLog log, List<(string Name, string? Worker, string[] Workers)> all, int kept, int mostScores, string name, int count)
    {
        var remembered = all.TakeLast(kept).ToList();
        var found = log.Find(new RequestId(name), default).Select(record => (record.Request.Value, record.Worker?.Value));
        var wanted = remembered.Where(one => one.Name.StartsWith(name + "-", StringComparison.Ordinal)).Select(one => (one.Name, one.Worker));
        Assert.Equal(wanted, found);

        remembered.Reverse();
        var last = log.Last(new PlacementFilter(kept), default);
        Assert.Equal(remembered.Select(one => one.Name), last.Select(record => record.Request.Value));
        Assert.Equal(
            remembered.Where(one => one.Worker is "w0").Take(count).Select(one => one.Name),
            log.Last(new PlacementFilter(count, new WorkerId("w0")), default).Select(record => record.Request.Value));

        // The latest that fit are there, and what is there is right.
        var room = mostScores;
        foreach (var (one, record) in remembered.Zip(last))
        {
            room -= one.Workers.Length;
            var workers = record.Workers.Select(worker => $"{worker.Worker} {worker.InFlight}");
            Assert.True(room < 0 ? record.Workers.IsEmpty : workers.SequenceEqual(one.Workers), $"{one.Name}, {room}: {string.Join(", ", workers)}");
        }
    }
}
