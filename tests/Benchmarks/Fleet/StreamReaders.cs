using Preble.Actors;
using Preble.Actors.Workers;

namespace Preble.Benchmarks.Fleet;

/// <summary>Pulls token streams as the gateway does, and counts what comes. Streams that end begin again until <see cref="CloseAsync"/>.</summary>
internal sealed class StreamReaders(IGrains grains)
{
    private readonly Lock _lock = new();
    private readonly DelayHistogram _delays = new();
    private CancellationTokenSource _open = new();
    private Task _reading = Task.CompletedTask;
    private long _tokens;
    private long _chunks;
    private int _requests;

    public void Open(int streams)
    {
        _open = new CancellationTokenSource();
        _reading = Task.WhenAll(Enumerable.Range(0, streams).Select(stream => ReadAsync(stream, _open.Token)));
    }

    public async Task CloseAsync()
    {
        await _open.CancelAsync();
        await _reading;
    }

    /// <summary>What has come since it was asked last.</summary>
    public StreamCounts Take()
    {
        lock (_lock)
        {
            var counts = new StreamCounts(_tokens, _chunks, _delays.At(0.5), _delays.At(0.99));
            (_tokens, _chunks) = (0, 0);
            _delays.Clear();
            return counts;
        }
    }

    public GenerateCommand NewCommand(int outputTokens)
    {
        // Prompts differ from their first token on, so that none waits for what another computes.
        var number = Interlocked.Increment(ref _requests);
        return new GenerateCommand(
            new RequestId($"bench-{number}"), [.. Enumerable.Repeat(number, PacedEngines.PromptTokens)], outputTokens, [], SamplingOptions.Greedy);
    }

    private async Task ReadAsync(int stream, CancellationToken cancellation)
    {
        var worker = PacedEngines.Workers[stream / PacedEngines.StreamsPerWorker];
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                var chunks = grains.Generate(worker, NewCommand(PacedEngines.OutputTokens), cancellation);
                await foreach (var chunk in chunks.WithCancellation(cancellation))
                {
                    Take(chunk);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Closed.
        }
    }

    private void Take(TokenChunk chunk)
    {
        if (chunk.Rejection is { } rejection)
        {
            throw new InvalidOperationException(rejection.Message);
        }

        var now = EmissionClock.Now;
        lock (_lock)
        {
            _tokens += chunk.Tokens.Length;
            _chunks++;
            foreach (var token in chunk.Tokens)
            {
                _delays.Add(EmissionClock.Microseconds(token, now), times: 1);
            }
        }
    }
}

/// <summary>What came over streams, and microseconds from a token's emission to its arrival.</summary>
internal sealed record StreamCounts(long Tokens, long Chunks, double DelayP50, double DelayP99);
