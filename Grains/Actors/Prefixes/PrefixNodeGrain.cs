using Microsoft.Extensions.Logging;
using Preble.Actors.Placement;
using Preble.Core.Placement;
using Preble.Core.Placement.Prefixes;

namespace Preble.Actors.Prefixes;

/// <summary>The actor of one hot prefix. It keeps the prefix's record and ends itself once a whole window has passed without a request.</summary>
[SchedulerPlacement]
public sealed class PrefixNodeGrain : IPrefixNodeGrain
{
    private readonly PrefixNodeCore _core;
    private readonly IActivation _activation;
    private readonly TimeProvider _time;
    private readonly ILogger<PrefixNodeGrain> _log;
    private readonly long _start;
    private bool _hot;

    public PrefixNodeGrain(IActivation activation, SchedulerOptions options, TimeProvider time, ILogger<PrefixNodeGrain> log)
    {
        (_activation, _time, _log, _start) = (activation, time, log, time.GetTimestamp());
        _core = new PrefixNodeCore(PrefixNodeKey.Parse(activation.Key), options);
        activation.RegisterTimer(LeaveWhenColdAsync, options.Window);
    }

    private TimeSpan Now => _time.GetElapsedTime(_start);

    public Task<PrefixNodeRecord> ReportAsync(PrefixNodeReport report) => Task.FromResult(Notice(_core.Report(report, Now)));

    public Task<PrefixNodeRecord> GetRecordAsync() => Task.FromResult(Notice(_core.Record(Now)));

    private PrefixNodeRecord Notice(PrefixNodeRecord record)
    {
        if (record.Hot != _hot)
        {
            _hot = record.Hot;
            _log.HeatChanged(record.Node, record.Tokens, record.Holders.Length, record.WindowRequests, record.Hot);
        }

        return record;
    }

    private Task LeaveWhenColdAsync(CancellationToken cancellation)
    {
        if (Notice(_core.Record(Now)).WindowRequests == 0)
        {
            _activation.DeactivateWhenIdle();
        }

        return Task.CompletedTask;
    }
}
