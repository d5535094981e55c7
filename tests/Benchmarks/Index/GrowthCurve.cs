namespace Preble.Benchmarks.Index;

/// <summary>
/// Cost as the index grows: copies of the same first requests of a trace, so that paths stay as they are and only the index is larger.
/// What is asked for is drawn from all of it.
/// </summary>
internal static class GrowthCurve
{
    private const int Smallest = 10_000;
    private const int Queries = 20_000;
    private const int Rounds = 20;

    public static IEnumerable<GrowthFigures> Measure(IndexOptions options, int[][] trace)
    {
        var unit = TracePrompts.FirstBlocks(trace, Smallest);
        var unitBlocks = TracePrompts.DistinctBlocks(unit);
        for (var size = (long)Smallest; size <= options.Largest; size *= 10)
        {
            var copies = (int)(size / Smallest);
            var run = new IndexRun(options);
            var before = IndexRun.Memory();
            var index = new PrebleIndex(options.Workers);
            var (find, store) = (new BestChunks(unit.Length * copies), new BestChunks(unit.Length * copies));
            for (var copy = 0; copy < copies; copy++)
            {
                run.Fill(index, TracePrompts.Copy(unit, copy), copy * unit.Length, find, store);
            }

            var bytes = IndexRun.Memory() - before;
            var queries = Sample(unit, copies);
            var again = new BestChunks(Queries);
            for (var round = 0; round < Math.Max(options.Rounds, Rounds); round++)
            {
                IndexRun.FindAll(index, queries, again);
            }

            var stored = unit.Sum(request => (long)request.Length) * copies;
            yield return new GrowthFigures(
                index.Tree.BlockCount, index.Tree.NodeCount, Queries / again.Seconds, store.Seconds * 1e9 / stored,
                bytes / ((double)unitBlocks * copies));
        }
    }

    private static BlockHash[][] Sample(int[][] unit, int copies)
    {
        var random = new Random(1);
        var queries = new BlockHash[Queries][];
        for (var query = 0; query < Queries; query++)
        {
            queries[query] = TracePrompts.Hashes(unit[random.Next(unit.Length)], random.Next(copies));
        }

        return queries;
    }
}
