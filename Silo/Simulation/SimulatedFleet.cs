using Preble.Core;
using Preble.Core.Placement;
using Preble.Core.Placement.Prefixes;

namespace Preble.Simulation;

/// <summary>
/// The workers, the scheduler and the prefix nodes, and the reports between them with the rhythm of the production grains: when blocks are cached or
/// removed, when work begins or ends, at a busy and at an idle beat. Requests are not its matter: see <see cref="SimulationRun"/>.
/// </summary>
internal sealed class SimulatedFleet
{
    /// <summary>As in WorkerGrainOptions.</summary>
    private static readonly TimeSpan BusyBeat = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan IdleBeat = TimeSpan.FromSeconds(1);

    /// <summary>As in SchedulerGrain.</summary>
    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(1);

    private readonly SimulationOptions _options;
    private readonly EventQueue _events;
    private readonly SimulationRandom _network;
    private readonly SchedulerOptions _schedulerOptions;
    private readonly Dictionary<PrefixNodeId, PrefixNodeCore> _prefixes = [];
    private readonly Dictionary<WorkerId, int> _byId = [];
    private bool _tampered;

    public SimulatedFleet(SimulationOptions options, EventQueue events)
    {
        (_options, _events, _network) = (options, events, SimulationRandom.For(options.Seed, 0x4E37));
        _schedulerOptions = options.Scheduler with
        {
            Policy = options.Policy, RequestsPerWorker = Math.Min(options.Scheduler.RequestsPerWorker, options.WaitingRequests),
        };
        Scheduler = new SchedulerCore(Model, _schedulerOptions);
        var slow = options.Faults.Slow.ToDictionary(worker => worker.Worker, worker => worker.Factor);
        for (var i = 0; i < options.Workers; i++)
        {
            Workers.Add(new SimulatedWorker(i, options, slow.GetValueOrDefault(i, 1)));
            _byId.Add(Workers[i].Id, i);
        }
    }

    public static ModelId Model { get; } = new("simulated");

    public SchedulerCore Scheduler { get; }

    public List<SimulatedWorker> Workers { get; } = [];

    public SchedulerOptions SchedulerOptions => _schedulerOptions;

    /// <summary>Off while the run settles: then every report arrives once.</summary>
    public bool NetworkFaults { get; set; } = true;

    public int HotPrefixes => _prefixes.Count;

    public int IndexOf(WorkerId id) => _byId[id];

    public TimeSpan Delay => _options.NetworkDelay;

    public void Start()
    {
        foreach (var worker in Workers)
        {
            Scheduler.Register(worker.Start(Model), _events.Now);

            // Beats are spread, as workers do not start in the same moment.
            _events.Post(IdleBeat * ((worker.Index + 1.0) / Workers.Count), new SimulationEvent(EventKind.Beat, worker.Index));
        }

        foreach (var loss in _options.Faults.Losses)
        {
            _events.Post(loss.At, new SimulationEvent(EventKind.Loss, loss.Worker));
            if (loss.Return is { } back)
            {
                _events.Post(back, new SimulationEvent(EventKind.Return, loss.Worker));
            }
        }

        _events.Post(TickPeriod, new SimulationEvent(EventKind.Tick));
    }

    /// <summary>Does what the event says, when it is one of the fleet's own.</summary>
    public void Do(in SimulationEvent what)
    {
        var now = _events.Now;
        switch (what.Kind)
        {
            case EventKind.Report:
                var answer = Scheduler.Report((WorkerReport)what.Message!, now);
                Send(new SimulationEvent(EventKind.ReportAnswer, what.Worker, (long)answer));
                break;
            case EventKind.ReportAnswer:
                TakeAnswer(Workers[what.Worker], (ReportAnswer)what.Number);
                break;
            case EventKind.Registration:
                Scheduler.Register((WorkerRegistration)what.Message!, now);
                break;
            case EventKind.Snapshot:
                Scheduler.Restore((KvCacheSnapshot)what.Message!, now);
                break;
            case EventKind.Return:
                Send(new SimulationEvent(EventKind.Registration, what.Worker, Message: Workers[what.Worker].Start(Model)));
                break;
            case EventKind.Beat:
                Tell(Workers[what.Worker]);
                _events.Post(now + IdleBeat, what);
                break;
            default:
                Tick(now);
                _events.Post(now + TickPeriod, what);
                break;
        }
    }

    /// <summary>After a step, or when work has come: a report when there is news.</summary>
    public void TellNews(SimulatedWorker worker)
    {
        var (reports, work) = (worker.Reports, worker.Core.HasWork);
        if (reports.HasChanges || reports.SaidWork != work || (work && _events.Now - reports.SentAt >= BusyBeat))
        {
            Tell(worker);
        }
    }

    /// <summary>Sends a report, or makes sure that one follows the one under way.</summary>
    public void Tell(SimulatedWorker worker)
    {
        var reports = worker.Reports;
        if (!worker.Up)
        {
            return;
        }

        if (reports.UnderWay)
        {
            reports.Wanted = true;
            return;
        }

        (reports.UnderWay, reports.Wanted, reports.SentAt, reports.SaidWork) = (true, false, _events.Now, worker.Core.HasWork);
        var report = new SimulationEvent(EventKind.Report, worker.Index, Message: Tampered(worker.Report(_events.Now)));
        if (NetworkFaults && _network.Chance(_options.Faults.LostReports))
        {
            // The worker learns that its call has failed and goes on with the next report; the numbers show the gap.
            _events.Post(_events.Now + (2 * Delay), new SimulationEvent(EventKind.ReportAnswer, worker.Index, 0));
            return;
        }

        Send(report);
        if (NetworkFaults && _network.Chance(_options.Faults.DoubledReports))
        {
            Send(report);
        }
    }

    private void TakeAnswer(SimulatedWorker worker, ReportAnswer answer)
    {
        if (!worker.Up)
        {
            return;
        }

        if (answer == ReportAnswer.Register)
        {
            Send(new SimulationEvent(EventKind.Registration, worker.Index, Message: worker.Registration(Model)));
        }

        if (answer is ReportAnswer.Register or ReportAnswer.SendSnapshot)
        {
            Send(new SimulationEvent(EventKind.Snapshot, worker.Index, Message: worker.Snapshot()));
        }

        worker.Reports.UnderWay = false;
        if (worker.Reports.Wanted || worker.Reports.HasChanges)
        {
            Tell(worker);
        }
    }

    private void Tick(TimeSpan now)
    {
        Scheduler.Tick(now);
        var records = new List<PrefixNodeRecord>();
        foreach (var report in Scheduler.TakePrefixReports(now))
        {
            if (!_prefixes.TryGetValue(report.Node, out var node))
            {
                node = new PrefixNodeCore(report.Node, _schedulerOptions);
                _prefixes.Add(report.Node, node);
            }

            records.Add(node.Report(report, now));
        }

        Scheduler.TakeAssignments(records, now);
    }

    private void Send(SimulationEvent what) => _events.Post(_events.Now + Delay, what);

    /// <summary>The planted bug: one stored block is reported under another's name.</summary>
    private WorkerReport Tampered(WorkerReport report)
    {
        var at = report.Changes.Changes.Length - 1;
        if (_options.Faults.Bug != PlantedBug.WrongHash || _tampered || at < 0 || report.Changes.Changes[at].Kind != KvCacheChangeKind.Stored)
        {
            return report;
        }

        _tampered = true;
        var wrong = report.Changes.Changes[at] with { Hash = new BlockHash(1, 1) };
        return report with { Changes = report.Changes with { Changes = report.Changes.Changes.SetItem(at, wrong) } };
    }
}
