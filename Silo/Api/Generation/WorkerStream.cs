using Preble.Actors;
using Preble.Actors.Workers;

namespace Preble.Api;

/// <summary>
/// One stream of tokens from a worker that may die, freeze or be cut off at any time. Ask for chunks one by one, and <see cref="Leave"/> always;
/// neither waits for a worker that is lost.
/// </summary>
internal sealed partial class WorkerStream
{
    private readonly CancellationToken _stop;
    private readonly CancellationTokenSource _work;
    private readonly IAsyncEnumerator<TokenChunk> _chunks;
    private readonly StreamWatch _watch;
    private readonly WorkerId _worker;
    private readonly ILogger _log;
    private Task<bool> _moving = Task.FromResult(true);
    private volatile bool _lost;

    /// <param name="stop">Ends the work of the whole request.</param>
    public WorkerStream(IGrains grains, WorkerWatch watch, WorkerId worker, GenerateCommand command, ILogger log, CancellationToken stop)
    {
        (_worker, _log, _stop) = (worker, log, stop);

        // Its own source, because a stop string ends this worker's work and not the request.
        _work = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _chunks = grains.Generate(worker, command, _work.Token).GetAsyncEnumerator(_work.Token);
        _watch = watch.Watch(worker, Lose);
    }

    /// <summary>The next chunk; null after the last.</summary>
    /// <exception cref="WorkerLostException">The worker is lost.</exception>
    public async ValueTask<TokenChunk?> NextAsync()
    {
        var moving = _chunks.MoveNextAsync();
        var more = moving.IsCompletedSuccessfully ? moving.Result : await WaitAsync(moving.AsTask());
        _watch.Seen();
        return more ? _chunks.Current : null;
    }

    /// <summary>Tells the worker to stop, if it has not ended, and frees what the stream holds; in the background, since it may take long.</summary>
    public void Leave()
    {
        _watch.Dispose();
        _ = LeaveAsync();
    }

    private async Task<bool> WaitAsync(Task<bool> moving)
    {
        _moving = moving;
        try
        {
            return await moving.WaitAsync(_work.Token);
        }
        catch (OperationCanceledException end) when (_lost && !_stop.IsCancellationRequested)
        {
            throw new WorkerLostException(_worker, end);
        }
    }

    private void Lose()
    {
        _lost = true;
        try
        {
            // A frozen worker hears of it when it comes back.
            _ = _work.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The stream has ended meanwhile.
        }
    }

    private async Task LeaveAsync()
    {
        try
        {
            await _work.CancelAsync();
            await ((Task)_moving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _chunks.DisposeAsync();
        }
        catch (Exception failure)
        {
            LogNotLeft(failure, _worker);
        }
        finally
        {
            _work.Dispose();
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A stream of worker {Worker} could not be closed; the worker ends it when nobody reads it.")]
    private partial void LogNotLeft(Exception failure, WorkerId worker);
}
