using System.Diagnostics;

namespace Preble.Benchmarks.Index;

/// <summary>
/// Fills an index request by request, then finds every request again; over and over, until the run-time's compiler has long made of the
/// code what it stays: what we compare with was compiled beforehand.
/// </summary>
internal sealed class IndexRun(IndexOptions options)
{
    private const int Fillings = 3;
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(2);
    private int _turn;

    public IndexFigures Measure(string name, Func<IIndexUnderTest> create, BlockHash[][] prompts, int distinctBlocks)
    {
        var blocks = prompts.Sum(prompt => (long)prompt.Length);
        var (find, store) = (new BestChunks(prompts.Length), new BestChunks(prompts.Length));
        var start = Stopwatch.GetTimestamp();
        for (var filling = 1; filling < Fillings || Stopwatch.GetElapsedTime(start) < Least; filling++)
        {
            Fill(create(), prompts, 0, find, store);
        }

        var before = Memory();
        var index = create();
        Fill(index, prompts, 0, find, store);
        var bytes = Memory() - before;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        FindAll(index, prompts, null);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var again = new BestChunks(prompts.Length);
        var (p50, p99) = (double.MaxValue, double.MaxValue);
        start = Stopwatch.GetTimestamp();
        for (var round = 0; round < options.Rounds || Stopwatch.GetElapsedTime(start) < Least; round++)
        {
            FindAll(index, prompts, again);
            var times = Times(index, prompts);
            (p50, p99) = (Math.Min(p50, Percentile(times, 0.50)), Math.Min(p99, Percentile(times, 0.99)));
        }

        return new IndexFigures(
            name, prompts.Length, blocks, prompts.Length / again.Seconds, prompts.Length / find.Seconds, p50, p99,
            store.Seconds * 1e9 / blocks, (double)bytes / distinctBlocks, (double)index.Bytes / distinctBlocks,
            (double)allocated / prompts.Length);
    }

    /// <summary>
    /// Finds each prompt, chooses a worker and lets it tell that it has stored all of it. The prompts are the chunks' from
    /// <paramref name="first"/> on.
    /// </summary>
    public void Fill(IIndexUnderTest index, BlockHash[][] prompts, int first, BestChunks find, BestChunks store)
    {
        _turn = first == 0 ? 0 : _turn;
        for (var request = 0; request < prompts.Length; request++)
        {
            var prompt = prompts[request];
            var start = Stopwatch.GetTimestamp();
            var (slot, overlap) = index.Find(prompt);
            find.Add(first + request, Stopwatch.GetTimestamp() - start);
            slot = Choose(slot, overlap, prompt.Length);
            var message = index.Message(slot, prompt);
            start = Stopwatch.GetTimestamp();
            index.Store(slot, message);
            store.Add(first + request, Stopwatch.GetTimestamp() - start);
        }

        find.EndRound();
        store.EndRound();
    }

    /// <summary>Finds all prompts, with a clock only at the ends of chunks.</summary>
    public static void FindAll(IIndexUnderTest index, BlockHash[][] prompts, BestChunks? best)
    {
        var sum = 0L;
        for (var first = 0; first < prompts.Length; first += BestChunks.Length)
        {
            var end = Math.Min(first + BestChunks.Length, prompts.Length);
            var start = Stopwatch.GetTimestamp();
            for (var request = first; request < end; request++)
            {
                sum += index.Find(prompts[request]).Blocks;
            }

            best?.Add(first, Stopwatch.GetTimestamp() - start);
        }

        best?.EndRound();
        GC.KeepAlive(sum);
    }

    public static long Memory()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>The holder of the longest overlap when that is over half of the prompt (E2's exploit rule), else whose turn it is.</summary>
    private int Choose(int best, int overlap, int length) =>
        !options.Spread && best >= 0 && 2 * overlap > length ? best : _turn++ % options.Workers;

    private static double[] Times(IIndexUnderTest index, BlockHash[][] prompts)
    {
        var times = new double[prompts.Length];
        for (var request = 0; request < prompts.Length; request++)
        {
            var start = Stopwatch.GetTimestamp();
            index.Find(prompts[request]);
            times[request] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        Array.Sort(times);
        return times;
    }

    private static double Percentile(double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];
}
