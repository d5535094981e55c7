using System.Diagnostics;
using Preble.Actors;
using Preble.Actors.Workers;

namespace Preble.Benchmarks.Fleet;

/// <summary>What lies before the first token without HTTP and without a model: one request after the other of one token, in its parts.</summary>
internal static class FirstChunk
{
    private const int WarmUps = 300;
    private const int Requests = 500;

    public static async Task<FirstChunkTimes> MeasureAsync(IGrains grains, StreamReaders readers)
    {
        var (place, stream, call, all) = (new Percentiles(), new Percentiles(), new Percentiles(), new Percentiles());
        var scheduler = grains.Get<ISchedulerGrain>(PacedEngines.Model.Value);
        for (var request = -WarmUps; request < Requests; request++)
        {
            if (request == 0)
            {
                (place, stream, call, all) = (new Percentiles(), new Percentiles(), new Percentiles(), new Percentiles());
            }

            var command = readers.NewCommand(outputTokens: 1);
            var start = Stopwatch.GetTimestamp();
            var query = new PlacementQuery(command.Request, [], command.Prompt.Length, command.MaxOutputTokens, []);
            var ticket = (await scheduler.PlaceAsync(query, CancellationToken.None)).Ticket
                ?? throw new InvalidOperationException("The scheduler refuses a request of the benchmark.");
            var placed = Stopwatch.GetTimestamp();
            await foreach (var chunk in grains.Generate(ticket.Worker, command, CancellationToken.None))
            {
                stream.Add(Microseconds(placed));
                all.Add(Microseconds(start));
            }

            place.Add(Stopwatch.GetElapsedTime(start, placed).TotalMicroseconds);
            await scheduler.CompleteAsync(new RequestCompletion(
                command.Request, ticket.Worker, command.Prompt.Length, CachedTokens: 0, OutputTokens: 1, QueueSeconds: 0, Succeeded: true));
            start = Stopwatch.GetTimestamp();
            await grains.Get<IWorkerGrain>(ticket.Worker.Value).GetStatusAsync();
            call.Add(Microseconds(start));
        }

        return new FirstChunkTimes(place.At(0.5), stream.At(0.5), all.At(0.5), all.At(0.99), call.At(0.5));
    }

    private static double Microseconds(long start) => Stopwatch.GetElapsedTime(start).TotalMicroseconds;
}

/// <summary>Microseconds: placement, from there to the first chunk, both, and beside them a plain call to the worker and back.</summary>
internal sealed record FirstChunkTimes(double Place, double Stream, double All, double AllP99, double Call);
