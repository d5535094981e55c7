using System.Diagnostics;
using Preble.Core.Batching;
using Preble.Simulation.Workloads;

namespace Preble.Simulation;

/// <summary>
/// One policy on one workload, from the first arrival until the last request has ended and all caches are known: requests as the front-end handles them,
/// in virtual time. Everything that happens is an event; nothing depends on the machine's clock but <see cref="RunFigures.SchedulerMicroseconds"/>.
/// </summary>
internal sealed class SimulationRun
{
    /// <summary>Longer than the grace in which a finished request's blocks are still believed cached, shorter than a worker may be silent.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(5);

    private readonly SimulationOptions _options;
    private readonly Workload _workload;
    private readonly IEnumerator<SimulatedRequest> _arrivals;
    private readonly EventQueue _events = new();
    private readonly SimulatedFleet _fleet;
    private readonly PromptHashes _hashes = new();
    private readonly SimulationChecks _checks;
    private readonly RunFigures _figures;
    private readonly Action<SimulatedRequest, SequenceOutput> _onOutput;
    private bool _bugDone;

    public SimulationRun(SimulationOptions options, Workload workload, double ttftSlo = 0, string? name = null)
    {
        (_options, _workload) = (options, workload);
        _arrivals = workload.Arrivals().GetEnumerator();
        _fleet = new SimulatedFleet(options, _events);
        _figures = new RunFigures(name ?? options.Policy, ttftSlo, options.Workers);
        _checks = new SimulationChecks(_fleet);
        _onOutput = TakeOutput;
    }

    /// <summary>Runs to the end. <paramref name="progress"/> hears now and then of virtual time and of requests ended.</summary>
    /// <exception cref="SimulationFault">A checker has found something.</exception>
    public RunFigures Run(Action<TimeSpan, long>? progress = null, CancellationToken cancellation = default)
    {
        var start = Stopwatch.GetTimestamp();
        _fleet.Start();
        PostNextArrival();
        Advance(progress, cancellation);
        _checks.AllEnded(_events);
        Settle();
        _checks.AtRest(_events.Now);
        _figures.Close(_fleet, Stopwatch.GetElapsedTime(start).TotalSeconds);
        return _figures;
    }

    /// <summary>Until nothing is left that comes of itself.</summary>
    private void Advance(Action<TimeSpan, long>? progress, CancellationToken cancellation)
    {
        for (long count = 1; _events.Live > 0 && _events.TryTake(out var what); count++)
        {
            Do(what);
            _figures.Events = count;
            if (_options.Audit)
            {
                _checks.AfterEvent(what);
            }

            if ((count & 0xFFF) == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Invoke(_events.Now, _figures.Ended);
            }
        }
    }

    /// <summary>All reports arrive, and what was only believed cached runs out.</summary>
    private void Settle()
    {
        _fleet.NetworkFaults = false;
        var until = _events.Now + SettleTime;
        _fleet.Workers.ForEach(_fleet.Tell);
        while (_events.Now < until && _events.TryTake(out var what))
        {
            Do(what);
        }
    }

    private void Do(in SimulationEvent what)
    {
        switch (what.Kind)
        {
            case EventKind.Arrival:
                PostNextArrival();
                Arrive((SimulatedRequest)what.Message!);
                break;
            case EventKind.FollowUp:
                Arrive((SimulatedRequest)what.Message!);
                break;
            case EventKind.Query:
                Place((SimulatedRequest)what.Message!);
                break;
            case EventKind.Command:
                Submit(_fleet.Workers[what.Worker], (SimulatedRequest)what.Message!);
                break;
            case EventKind.StepEnd:
                EndStep(_fleet.Workers[what.Worker], what.Number);
                break;
            case EventKind.Completion:
                _fleet.Scheduler.Complete((RequestCompletion)what.Message!, _events.Now);
                break;
            case EventKind.Loss:
                LoseWorker(_fleet.Workers[what.Worker]);
                break;
            default:
                _fleet.Do(what);
                break;
        }
    }

    private void PostNextArrival()
    {
        if (_arrivals.MoveNext())
        {
            _events.Post(_arrivals.Current.Arrival, new SimulationEvent(EventKind.Arrival, Message: _arrivals.Current));
        }
    }

    private void Arrive(SimulatedRequest request)
    {
        _checks.Began(request);
        Send(request);
    }

    /// <summary>Asks the scheduler where to go.</summary>
    private void Send(SimulatedRequest request)
    {
        request.MakePrompt();
        _events.Post(_events.Now + _fleet.Delay, new SimulationEvent(EventKind.Query, Message: request));
    }

    private void Place(SimulatedRequest request)
    {
        request.Blocks = _hashes.Of(request);
        var query = new PlacementQuery(request.Id, request.Blocks, request.Prompt.Length, request.OutputLimit, request.Excluded)
        {
            SessionHash = Together(request),
        };
        var before = Stopwatch.GetTimestamp();
        var result = _fleet.Scheduler.Place(query, _events.Now);
        _figures.Placed(Stopwatch.GetElapsedTime(before));
        _checks.Placed(request);
        if (result.Ticket is not { } ticket)
        {
            Refuse(request);
            return;
        }

        request.Worker = _fleet.IndexOf(ticket.Worker);
        _figures.Chosen(ticket.Reason);

        // Back to the front-end, and from there to the worker.
        _events.Post(_events.Now + (2 * _fleet.Delay), new SimulationEvent(EventKind.Command, request.Worker, Message: request));
    }

    /// <summary>
    /// What the client says keeps requests together: the session where there is one. For the policy that knows nothing else it is the prefix, as in the
    /// authors' "consistent hashing"; the others are to find that by themselves.
    /// </summary>
    private ulong Together(SimulatedRequest request) =>
        request.Session >= 0 ? SimulationRandom.Mix((ulong)request.Session)
        : _options.Policy == "session" && request.Segments is [.., var prefix, _] ? prefix.Id : 0;

    private void Submit(SimulatedWorker worker, SimulatedRequest request)
    {
        if (!worker.Up)
        {
            PlaceElsewhere(worker, request);
            return;
        }

        if (worker.Submit(request, _events.Now) is not null)
        {
            Complete(request, cachedTokens: 0, succeeded: false);
            Refuse(request);
            return;
        }

        Step(worker);
        _fleet.TellNews(worker);
    }

    private void Step(SimulatedWorker worker)
    {
        if (_options.Faults.Bug == PlantedBug.StuckWorker && worker.Index == 0 && worker.Steps > 20)
        {
            return;
        }

        if (worker.Begin(_events.Now) is { } time)
        {
            _events.Post(_events.Now + time, new SimulationEvent(EventKind.StepEnd, worker.Index, worker.Epoch));
        }
    }

    private void EndStep(SimulatedWorker worker, long epoch)
    {
        if (!worker.Up || worker.Epoch != epoch)
        {
            // It was lost in the middle of the step.
            return;
        }

        _figures.Stepped(worker.Index, worker.LastStepSeconds, worker.Requests.Count, _events.Now);
        worker.End(_events.Now, _onOutput);
        Step(worker);
        _fleet.TellNews(worker);
    }

    private void TakeOutput(SimulatedRequest request, SequenceOutput output)
    {
        if (request.FirstToken is null)
        {
            request.FirstToken = _events.Now + _fleet.Delay;
            (request.CachedTokens, request.QueueSeconds) = (output.CachedTokens, output.QueueSeconds);
        }

        if (output.Finish is null || PlantForgotten())
        {
            return;
        }

        Complete(request, output.CachedTokens, succeeded: true);
        End(request);
        if (_options.Faults.Bug == PlantedBug.DoubledEnd && !_bugDone)
        {
            _bugDone = true;
            End(request);
        }
    }

    private void End(SimulatedRequest request)
    {
        var now = _events.Now + _fleet.Delay;
        _checks.Ended(request);
        _figures.Finished(request, now);
        FollowUp(request, now);
        request.ForgetPrompt();
    }

    private void Refuse(SimulatedRequest request)
    {
        _checks.Ended(request);
        _figures.Refused();
        FollowUp(request, _events.Now + _fleet.Delay);
        request.ForgetPrompt();
    }

    /// <summary>The next request of the same session, which knows the answer to this one.</summary>
    private void FollowUp(SimulatedRequest request, TimeSpan now)
    {
        if (_workload.After(request, now) is { } next)
        {
            _events.Post(next.Arrival, new SimulationEvent(EventKind.FollowUp, Message: next));
        }
    }

    /// <summary>From the worker to the front-end, and from there to the scheduler.</summary>
    private void Complete(SimulatedRequest request, int cachedTokens, bool succeeded)
    {
        var completion = new RequestCompletion(
            request.Id, _fleet.Workers[request.Worker].Id, request.Prompt.Length, cachedTokens, request.Sampled - request.EarlierOutput,
            request.QueueSeconds, succeeded)
        {
            TtftSeconds = request.FirstToken is { } first ? (first - request.Arrival).TotalSeconds : 0,
        };
        _events.Post(_events.Now + (2 * _fleet.Delay), new SimulationEvent(EventKind.Completion, request.Worker, Message: completion));
    }

    private void LoseWorker(SimulatedWorker worker)
    {
        foreach (var request in worker.Lose())
        {
            PlaceElsewhere(worker, request);
        }
    }

    /// <summary>The front-end goes on with what it has got, on another worker.</summary>
    private void PlaceElsewhere(SimulatedWorker worker, SimulatedRequest request)
    {
        request.Excluded = request.Excluded.Add(worker.Id);
        _figures.Moved();
        Send(request);
    }

    private bool PlantForgotten()
    {
        var plant = _options.Faults.Bug == PlantedBug.ForgottenEnd && !_bugDone;
        _bugDone |= plant;
        return plant;
    }
}
