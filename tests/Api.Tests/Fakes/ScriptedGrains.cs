using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using Orleans;
using Preble.Actors;

namespace Preble.Api.Tests.Fakes;

/// <summary>What a worker does with a command.</summary>
internal delegate IAsyncEnumerable<TokenChunk> WorkerScript(GenerateCommand command, CancellationToken cancellation);

/// <summary>
/// A cluster on a string: the scheduler gives the first worker that is not excluded, each worker follows its script, and all messages are kept.
/// </summary>
internal sealed class ScriptedGrains : IGrains, ISchedulerGrain
{
    private readonly List<(WorkerId Id, WorkerScript Script)> _workers = [];

    /// <summary>The schedulers that were asked for, by key, in order.</summary>
    public ConcurrentQueue<string> Schedulers { get; } = new();

    public ConcurrentQueue<PlacementQuery> Queries { get; } = new();

    public ConcurrentQueue<(WorkerId Worker, GenerateCommand Command)> Commands { get; } = new();

    public ConcurrentQueue<RequestCompletion> Completions { get; } = new();

    /// <summary>Set to make the scheduler itself refuse.</summary>
    public Rejection? Refusal { get; set; }

    /// <summary>Set to make placements wait for it.</summary>
    public TaskCompletionSource? Placing { get; set; }

    public bool Healthy { get; set; } = true;

    /// <summary>How a worker answers when it is asked whether it lives; by its id, and at once where there is none.</summary>
    public ConcurrentDictionary<string, Func<Task>> Pings { get; } = new();

    /// <summary>Set to make the scheduler answer no question about its fleet, for as long as it is not completed.</summary>
    public TaskCompletionSource? Asking { get; set; }

    /// <summary>What the next placements do instead of answering.</summary>
    public ConcurrentQueue<Func<Task>> PlacementTroubles { get; } = new();

    /// <summary>Set to make completions wait for it.</summary>
    public TaskCompletionSource? Completing { get; set; }

    /// <summary>The workers that the scheduler was told are gone.</summary>
    public ConcurrentQueue<WorkerId> Losses { get; } = new();

    /// <summary>What the scheduler remembers of its decisions.</summary>
    public ImmutableArray<PlacementRecord> Placements { get; set; } = [];

    /// <summary>What was asked of them.</summary>
    public ConcurrentQueue<PlacementFilter> Filters { get; } = new();

    public ScriptedGrains Worker(string id, WorkerScript script)
    {
        _workers.Add((new WorkerId(id), script));
        return this;
    }

    /// <summary>A worker that answers every request with the same text, in the given pieces.</summary>
    public static WorkerScript Says(FinishReason finish, params string[] pieces) => (command, cancellation) => Chunks(finish, pieces);

    /// <summary>The answer of a worker that has found so many tokens of the prompt cached.</summary>
    public static IAsyncEnumerable<TokenChunk> Cached(int cached, string text) => Chunks(FinishReason.Stop, [text], cached);

    /// <summary>A worker that refuses.</summary>
    public static WorkerScript Refuses(RejectionReason reason, double retryAfterSeconds = 0) =>
        (_, _) => One(new TokenChunk([], Rejection: new Rejection(reason, $"refused: {reason}", retryAfterSeconds)));

    public static ImmutableArray<int> Tokens(string text) => [.. Encoding.UTF8.GetBytes(text).Select(value => (int)value)];

    public static async IAsyncEnumerable<TokenChunk> One(TokenChunk chunk)
    {
        await Task.Yield();
        yield return chunk;
    }

    public TGrain Get<TGrain>(string key)
        where TGrain : IGrainWithStringKey
    {
        if (typeof(TGrain) != typeof(ISchedulerGrain))
        {
            return (TGrain)(object)new ScriptedWorker(this, new WorkerId(key));
        }

        Schedulers.Enqueue(key);
        return (TGrain)(object)this;
    }

    public async Task<PlacementResult> PlaceAsync(PlacementQuery query, CancellationToken cancellation)
    {
        Queries.Enqueue(query);
        if (PlacementTroubles.TryDequeue(out var trouble))
        {
            await trouble();
        }

        await (Placing?.Task.WaitAsync(cancellation) ?? Task.CompletedTask);
        var worker = _workers.Select(worker => worker.Id).FirstOrDefault(id => !query.Excluded.Contains(id));
        return
            Refusal is not null ? new PlacementResult(null, Refusal)
            : worker.Value is null ? new PlacementResult(null, new Rejection(RejectionReason.NoWorker, "No worker is there.", 2))
            : new PlacementResult(new PlacementTicket(query.Request, worker, 0, PlacementReason.Policy, 0), null);
    }

    public Task CompleteAsync(RequestCompletion completion)
    {
        Completions.Enqueue(completion);
        return Completing?.Task ?? Task.CompletedTask;
    }

    public async Task<FleetOverview> GetFleetAsync()
    {
        await (Asking?.Task ?? Task.CompletedTask);
        return new FleetOverview(
            new ModelId("tiny"), [.. _workers.Select(worker => new WorkerOverview(worker.Id, Healthy, 0, 0, null))], 0, [], 0);
    }

    public Task RegisterAsync(WorkerRegistration registration) => throw new NotSupportedException();

    public Task<ReportAnswer> ReportAsync(WorkerReport report) => throw new NotSupportedException();

    public async Task<ImmutableArray<PlacementRecord>> GetPlacementsAsync(PlacementFilter filter)
    {
        Filters.Enqueue(filter);
        await (Asking?.Task ?? Task.CompletedTask);
        return Placements;
    }

    public Task<ImmutableArray<PlacementRecord>> FindPlacementsAsync(RequestId request) =>
        Task.FromResult(Placements.Where(record => record.Request.Value.StartsWith(request.Value, StringComparison.Ordinal)).ToImmutableArray());

    public Task RestoreAsync(KvCacheSnapshot snapshot) => throw new NotSupportedException();

    public Task LoseAsync(WorkerId worker)
    {
        Losses.Enqueue(worker);
        return Task.CompletedTask;
    }

    public Task HearAsync(ShardLoads loads) => throw new NotSupportedException();

    private static async IAsyncEnumerable<TokenChunk> Chunks(FinishReason finish, string[] pieces, int cached = 16)
    {
        foreach (var piece in pieces)
        {
            await Task.Yield();
            yield return new TokenChunk(Tokens(piece), CachedTokens: cached, QueueSeconds: 0.25);
        }

        yield return new TokenChunk([], finish, cached, 0.25);
    }

    private sealed class ScriptedWorker(ScriptedGrains grains, WorkerId id) : IWorkerGrain
    {
        public async IAsyncEnumerable<TokenChunk> GenerateAsync(GenerateCommand command, [EnumeratorCancellation] CancellationToken cancellation)
        {
            grains.Commands.Enqueue((id, command));
            await foreach (var chunk in grains._workers.Single(worker => worker.Id == id).Script(command, cancellation).WithCancellation(cancellation))
            {
                yield return chunk;
            }
        }

        public Task<WorkerRegistration> StartAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public async Task<WorkerStatus> GetStatusAsync()
        {
            await (grains.Pings.TryGetValue(id.Value, out var ping) ? ping() : Task.CompletedTask);
            return new WorkerStatus { Worker = id, Epoch = 1 };
        }

        public Task<KvCacheSnapshot> GetCacheSnapshotAsync() => throw new NotSupportedException();
        public Task<KvCacheChanges?> GetCacheChangesAsync(long fromNumber) => throw new NotSupportedException();

        public Task DrainAsync(CancellationToken cancellation) => throw new NotSupportedException();
    }
}
