using System.Collections.Immutable;
using Preble.Testing;

namespace Preble.Core.Properties.Placement;

/// <content>What workers and prefix nodes say, true or not.</content>
internal sealed partial class HostileFleet
{
    private string Register()
    {
        Expire();
        var worker = Worker();
        var known = _feeds.TryGetValue(worker.Value, out var feed);
        var epoch = known && _random.Chance(0.7) ? feed.Epoch : _random.Below(1000);
        var blocks = _random.Chance(0.8) ? 20 + _random.Below(200) : _random.Pick([1, 2, int.MaxValue]);
        var context = _random.Chance(0.8) ? 100 + _random.Below(200) : _random.Pick([1, 2, int.MaxValue]);
        _core.Register(new WorkerRegistration(worker, SchedulerRig.Model, epoch, BlockSize, blocks, context, Costs()), _now);
        if (!known || feed.Epoch != epoch)
        {
            Gone(worker);
            _feeds[worker.Value] = (epoch, 1);
        }

        return $"registered {worker} {epoch}";
    }

    private string Report()
    {
        Expire();
        var worker = Worker();
        var (epoch, next) = _feeds.GetValueOrDefault(worker.Value, (1, 1));
        epoch = _random.Chance(0.05) ? _random.Pick(Longs) : epoch;
        var healthy = !_random.Chance(0.02);
        int Number() => _random.Chance(0.97) ? _random.Below(4) : _random.Pick(Ints);
        var status = new WorkerStatus
        {
            Worker = worker,
            Epoch = epoch,
            Healthy = healthy,
            WaitingRequests = Number(),
            RunningRequests = Number(),
            PendingPrefillTokens = _random.Chance(0.9) ? _random.Below(100) : _random.Pick(Longs),
            RequestsTotal = _random.Chance(0.9) ? _random.Below(100) : _random.Pick(Longs),
            HitRatio = _random.Pick(Doubles),
            Draining = _random.Chance(0.03),
            TotalBlocks = _random.Pick(Ints),
            Costs = _random.Chance(0.2) ? Costs() : null,
        };
        var changes = Changes();
        var first = _random.Chance(0.85) ? next : _random.Chance(0.5) ? next + _random.Below(5) - 2 : _random.Pick(Longs);
        var known = _feeds.ContainsKey(worker.Value);
        var answer = _core.Report(new WorkerReport(status, new KvCacheChanges(worker, epoch, first, changes)), _now);
        known = known && epoch == _feeds[worker.Value].Epoch;
        if (!healthy && known)
        {
            Gone(worker);
        }
        else if (answer == ReportAnswer.Accepted && known && first == next)
        {
            _feeds[worker.Value] = (epoch, next + changes.Length);
        }

        Count($"{answer}");
        return $"{worker} {answer}";
    }

    private ImmutableArray<KvCacheChange> Changes()
    {
        var blocks = PromptBlocks.Of(Prompt(), BlockSize);
        return _random.Below(8) switch
        {
            0 => [],
            1 => [.. blocks.Reverse().Select(hash => new KvCacheChange(KvCacheChangeKind.Removed, hash, BlockHash.None))],
            2 => [new KvCacheChange(_random.Chance(0.2) ? (KvCacheChangeKind)99 : KvCacheChangeKind.Cleared, BlockHash.None, BlockHash.None)],
            3 => [.. blocks.Select(hash => new KvCacheChange(KvCacheChangeKind.HostStored, hash, hash))],
            4 => [.. blocks.Select(hash => new KvCacheChange(KvCacheChangeKind.HostRemoved, hash, BlockHash.None))],
            5 => [.. blocks.Select(hash => new KvCacheChange(KvCacheChangeKind.Stored, hash, _random.Chance(0.5) ? hash : BlockHash.None))],
            _ => [.. blocks.Select((hash, at) => new KvCacheChange(KvCacheChangeKind.Stored, hash, at == 0 ? BlockHash.None : blocks[at - 1]))],
        };
    }

    private string Restore()
    {
        Expire();
        var worker = Worker();
        var (epoch, next) = _feeds.GetValueOrDefault(worker.Value, (1, 1));
        var blocks = PromptBlocks.Of(Prompt(), BlockSize);
        var held = blocks.Select((hash, at) => new CachedBlock(hash, at == 0 ? BlockHash.None : blocks[at - 1])).ToList();
        if (_random.Chance(0.2))
        {
            held.Reverse();
            held.AddRange(held.ToArray());
        }

        next = _random.Chance(0.9) ? next : _random.Pick(Longs);
        var snapshot = new KvCacheSnapshot(worker, epoch, next, [.. held])
        {
            HostBlocks = _random.Below(3) switch { 0 => default, 1 => [], _ => [.. held, .. held] },
        };
        _core.Restore(snapshot, _now);
        return $"restored {worker}";
    }

    private string Lose()
    {
        Expire();
        var worker = Worker();
        _core.Lose(worker, _now);
        Gone(worker);
        return $"lost {worker}";
    }

    private string Assign()
    {
        Expire();
        var prefix = Prompt() + "aa";
        var node = new PrefixNodeId(SchedulerRig.Model, PromptBlocks.Of(prefix, BlockSize)[^1]);
        var length = _random.Chance(0.9) ? prefix.Length / BlockSize * BlockSize : _random.Pick(Ints);
        var generation = _random.Chance(0.9) ? _random.Below(50) : _random.Pick(Longs);
        var record = new PrefixNodeRecord(node, length, [], 1, _random.Pick(Doubles), true)
        {
            Assigned = _random.Chance(0.8) ? [Worker(), Worker()] : [], Generation = generation,
        };
        _core.TakeAssignments([record], _now);
        return $"assigned {generation}";
    }

    private CostProfile Costs()
    {
        if (_random.Chance(0.5))
        {
            return SchedulerRig.Costs;
        }

        return new CostProfile(_random.Pick(Doubles), _random.Pick(Doubles), _random.Pick(Doubles))
        {
            StepSeconds = _random.Pick(Doubles), DecodeSecondsPerSequence = _random.Pick(Doubles), DecodeSecondsPerContextToken = _random.Pick(Doubles),
        };
    }

    private void Gone(WorkerId worker)
    {
        _feeds.Remove(worker.Value);
        _booked.RemoveAll(entry => entry.Worker == worker);
    }
}
