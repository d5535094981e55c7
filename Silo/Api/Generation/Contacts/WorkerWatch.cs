using System.Collections.Concurrent;
using System.Collections.Immutable;
using Preble.Actors;

namespace Preble.Api;

/// <summary>
/// Finds lost and frozen workers before the cluster's membership does: a worker whose streams are quiet is asked whether it still answers, and
/// when it does not, its streams are told. It asks the worker and not the scheduler, for what counts is whether this process can reach it: a
/// scheduler may be away itself, or on the other side of a cut.
/// </summary>
internal sealed partial class WorkerWatch : IDisposable
{
    private readonly ConcurrentDictionary<StreamWatch, bool> _streams = new();
    private readonly ConcurrentDictionary<WorkerId, Contact> _contacts = new();
    private readonly IGrains _grains;
    private readonly ContactOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<WorkerWatch> _log;
    private readonly ITimer _timer;

    public WorkerWatch(IGrains grains, ContactOptions options, TimeProvider time, ILogger<WorkerWatch> log)
    {
        (_grains, _options, _time, _log) = (grains, options, time, log);
        _timer = time.CreateTimer(static watch => ((WorkerWatch)watch!).Look(), this, options.LookEvery, options.LookEvery);
    }

    /// <summary>The workers to be passed over now.</summary>
    public ImmutableArray<WorkerId> Lost =>
        _contacts.IsEmpty ? [] : [.. _contacts.Where(contact => contact.Value.Lost).Select(contact => contact.Key)];

    /// <param name="worker">Whose stream it is.</param>
    /// <param name="lose">Called, on any thread, when the worker is lost.</param>
    public StreamWatch Watch(WorkerId worker, Action lose)
    {
        var stream = new StreamWatch(worker, lose, ended => _streams.TryRemove(ended, out _), _time);
        _streams.TryAdd(stream, true);
        return stream;
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        // One question for all quiet streams of a worker.
        foreach (var streams in _streams.Keys.Where(stream => stream.TryAskAfter(_options.QuietAfter)).GroupBy(stream => stream.Worker))
        {
            _ = AskAsync(streams.Key, [.. streams]);
        }

        foreach (var (worker, contact) in _contacts)
        {
            // Workers come and go; only what is known of one is kept.
            _ = contact.IsIdle && _contacts.TryRemove(worker, out _);
        }
    }

    private async Task AskAsync(WorkerId worker, StreamWatch[] streams)
    {
        var contact = _contacts.GetOrAdd(worker, Contact);
        var known = contact.Lost;
        var lives = await contact.AnswersAsync();
        if (!lives && !known)
        {
            LogLost(worker, streams.Length);
        }

        Array.ForEach(streams, stream => stream.Answer(lives));
    }

    private Contact Contact(WorkerId worker) => new(() => _grains.Get<IWorkerGrain>(worker.Value).GetStatusAsync(), _options, _time);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Worker {Worker} does not answer: its {Streams} quiet streams go on elsewhere.")]
    private partial void LogLost(WorkerId worker, int streams);
}
