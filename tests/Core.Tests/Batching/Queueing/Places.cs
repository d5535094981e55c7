using Preble.Core.Batching;
using Preble.Core.Batching.Queueing;
using Preble.Testing;

namespace Preble.Core.Tests.Batching.Queueing;

/// <summary>Waiting requests for tests of a discipline alone: prompts of ten tokens, of which so many are cached.</summary>
internal static class Places
{
    public static QueuePlace Of(long arrival, int cachedTokens, int promptTokens = 10, double arrivedAt = 0, double timeoutSeconds = 0)
    {
        var command = WorkerRig.Command($"r{arrival}", new int[promptTokens]) with { TimeoutSeconds = timeoutSeconds };
        var sequence = new Sequence(command, blockSize: 1) { Arrival = arrival, ArrivedAt = TimeSpan.FromSeconds(arrivedAt) };
        sequence.Place.MatchedBlocks = cachedTokens;
        return sequence.Place;
    }

    /// <summary>Takes whose turn it is; throws when nobody's.</summary>
    public static QueuePlace Next(this IQueueDiscipline discipline, long round = 0, double now = 0)
    {
        var at = new QueueRound(round, TimeSpan.FromSeconds(now));
        var place = discipline.Peek(at) ?? throw new InvalidOperationException("Nobody's turn.");
        discipline.Take(place, at);
        return place;
    }

    /// <summary>The arrivals of all who are left, in the order in which they are taken.</summary>
    public static long[] Drain(this IQueueDiscipline discipline, double now = 0)
    {
        List<long> order = [];
        while (discipline.Count > 0)
        {
            order.Add(discipline.Next(now: now).Arrival);
        }

        return [.. order];
    }
}
