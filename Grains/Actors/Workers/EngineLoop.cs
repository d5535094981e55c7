using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Preble.Actors.Telemetry;
using Preble.Core;

namespace Preble.Actors.Workers;

/// <summary>
/// One life of an engine: the one thread that touches it, from its making to its end. <see cref="Start"/>, wait for <see cref="Ready"/>, send commands;
/// <see cref="Ended"/> completes with the failure that ended it, or with null after a stop. A failed life is not revived: the grain starts another.
/// While nothing runs the thread sleeps; it never spins.
/// </summary>
internal sealed class EngineLoop(
    WorkerId worker, long epoch, IWorkerEngines engines, WorkerGrainOptions options, Action nudge, TimeProvider time, WorkerInstruments instruments,
    ILogger log)
{
    private const long NoStep = long.MinValue;

    private readonly Channel<EngineCommand> _commands =
        Channel.CreateBounded<EngineCommand>(new BoundedChannelOptions(Limits.EngineCommands));

    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly TaskCompletionSource<WorkerRegistration> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<TokenStream, bool> _open = new();
    private long _stepSince = NoStep;
    private TimeSpan _stepPatience;
    private volatile bool _givenUp;
    private WorkerStatus _status = new() { Worker = worker, Epoch = epoch, Healthy = false };
    private bool _stopping;

    public CacheChangeFeed Feed { get; } = new(worker, epoch);

    /// <summary>Completes when the engine can serve; fails when it could not be made.</summary>
    public Task<WorkerRegistration> Ready => _ready.Task;

    /// <summary>Completes when the thread has ended and every stream has its last chunk.</summary>
    public Task<Exception?> Ended => _ended.Task;

    public bool Serves => _ready.Task.IsCompletedSuccessfully && !_ended.Task.IsCompleted;

    /// <summary>The worker as it was after the last step.</summary>
    public WorkerStatus Status => Volatile.Read(ref _status);

    public void Start()
    {
        var thread = new Thread(Run) { Name = $"engine {worker}", IsBackground = true };
        thread.UnsafeStart();
    }

    public TokenStream NewStream(GenerateCommand command, GenerateSpan? span)
    {
        TokenStream? stream = null;
        stream = new TokenStream(command, () =>
        {
            _open.TryRemove(stream!, out _);
            Wake();
        }, span);
        return stream;
    }

    /// <summary>
    /// On the grain's turn: true when the step that runs takes longer than any step should. Then this life is over: every stream has its end, and
    /// the thread ends too, should it ever come back.
    /// </summary>
    public bool GiveUpIfHung()
    {
        var since = Volatile.Read(ref _stepSince);
        if (since == NoStep || _givenUp || time.GetElapsedTime(since) < _stepPatience)
        {
            return false;
        }

        _givenUp = true;
        var failure = new TimeoutException($"The engine of worker {worker} has been in one step for {_stepPatience.TotalSeconds:F0} s and was given up.");
        log.EngineHangs(worker, _stepPatience.TotalSeconds, Status.RunningRequests, Status.WaitingRequests);
        instruments.Failed(worker);
        var last = new WorkerStatus { Worker = worker, Epoch = epoch, Healthy = false };
        Volatile.Write(ref _status, last);
        instruments.Show(last);
        _commands.Writer.TryComplete();
        AnswerLeftovers(failure);
        foreach (var stream in _open.Keys)
        {
            stream.GiveUp(failure.Message);
        }

        _ended.TrySetResult(failure);
        return true;
    }

    /// <summary>False when the engine has ended: then nothing happens with the command.</summary>
    public async ValueTask<bool> TrySendAsync(EngineCommand command, CancellationToken cancellation)
    {
        var stream = (command as EngineCommand.Submit)?.Stream;
        var sent = false;
        try
        {
            // Known before it is sent: whoever gives the engine up ends every stream that may have reached it.
            _ = stream is not null && _open.TryAdd(stream, true);
            await _commands.Writer.WriteAsync(command, cancellation);
            sent = true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
        finally
        {
            _ = !sent && stream is not null && _open.TryRemove(stream, out _);
        }

        Wake();
        return true;
    }

    /// <summary>Lets the thread look for commands and departed readers.</summary>
    public void Wake() => _wake.Set();

    private void Run()
    {
        Exception? failure = null;
        try
        {
            var engine = engines.Create(worker);
            using (engine.Engine)
            {
                Live(engine);
            }
        }
        catch (Exception e)
        {
            // The edge of the thread: whatever it is, it ends this engine's life and not the process. The grain decides what comes next.
            failure = e;
        }

        _commands.Writer.TryComplete();
        AnswerLeftovers(failure);
        _ready.TrySetException(failure ?? new OperationCanceledException($"Worker {worker} was stopped before it was ready."));
        _ended.TrySetResult(failure);
        nudge();
    }

    private void Live(WorkerEngine engine)
    {
        var registration = new WorkerRegistration(
            worker, engine.Model, epoch, engine.Sizes.BlockSize, engine.Sizes.BlockCount, engine.Sizes.ContextTokens, engine.Costs);
        var session = new EngineSession(registration, engine, Feed, options, time, instruments);
        _stepPatience = Patience(engine);
        Show(session.Publish());
        _ready.SetResult(registration);
        try
        {
            while (!_stopping)
            {
                Turn(session);
            }

            Show(session.Finish(error: null));
            session.KeepCosts();
        }
        catch (Exception failure)
        {
            if (!_givenUp)
            {
                log.EngineFailed(failure, worker, Status.RunningRequests, Status.WaitingRequests);
                instruments.Failed(worker);
            }

            Show(session.Finish($"The engine of worker {worker} failed: {failure.Message}"));
            throw;
        }
    }

    private void Turn(EngineSession session)
    {
        while (_commands.Reader.TryRead(out var command))
        {
            session.Do(command);
            _stopping |= command is EngineCommand.Stop;
        }

        session.CancelDeparted();
        session.EndOverdue();
        if (session.HasWork && !_stopping)
        {
            Volatile.Write(ref _stepSince, time.GetTimestamp());
            session.Step();
            Volatile.Write(ref _stepSince, NoStep);
        }

        if (_givenUp)
        {
            throw new TimeoutException($"Worker {worker} came back after it had been given up.");
        }

        Show(session.Publish());
        if (session.TakeNews())
        {
            nudge();
        }

        if (!session.HasWork && !_stopping)
        {
            _wake.WaitOne();
        }
    }

    /// <summary>How long a step may take: what the option says, and no less than ten times what a full step costs by its measured costs.</summary>
    private TimeSpan Patience(WorkerEngine engine)
    {
        var token = engine.Costs.PrefillSecondsPerToken + (engine.Costs.PrefillSecondsPerTokenContext * engine.Sizes.ContextTokens);
        var full = TimeSpan.FromSeconds(Math.Min(10 * engine.Sizes.StepTokens * token, Limits.StepPatienceSeconds));
        return full > options.StepTimeout ? full : options.StepTimeout;
    }

    private void Show(WorkerStatus status)
    {
        if (_givenUp)
        {
            // Another engine has this worker's name now.
            return;
        }

        Volatile.Write(ref _status, status);
        instruments.Show(status);
    }

    /// <summary>Commands that came too late for the engine still get an answer.</summary>
    private void AnswerLeftovers(Exception? failure)
    {
        while (_commands.Reader.TryRead(out var command))
        {
            switch (command)
            {
                case EngineCommand.Submit submit:
                    submit.Stream.End(failure is null ? FinishReason.Drained : FinishReason.Error, failure?.Message);
                    break;
                case EngineCommand.Snapshot snapshot:
                    snapshot.Answer.TrySetException(failure ?? new OperationCanceledException($"Worker {worker} has ended."));
                    break;
                case EngineCommand.Replay replay:
                    replay.Answer.TrySetException(failure ?? new OperationCanceledException($"Worker {worker} has ended."));
                    break;
                case EngineCommand.Drain drain:
                    drain.Answer.TrySetResult();
                    break;
                default:
                    break;
            }
        }
    }
}
