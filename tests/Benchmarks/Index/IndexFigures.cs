namespace Preble.Benchmarks.Index;

/// <summary>What one index did on one trace.</summary>
/// <param name="FindsPerSecond">Finds over the full index without a clock between them; the best round.</param>
/// <param name="ArrivalFindsPerSecond">Finds while it was filled, each before its own store.</param>
/// <param name="P50">Microseconds of one find over the full index, the clock's own time included.</param>
/// <param name="BytesPerBlock">Memory by the garbage collector's word.</param>
/// <param name="CountedBytesPerBlock">By the index's own; 0 for one that does not count.</param>
/// <param name="AllocatedPerFind">Bytes.</param>
internal sealed record IndexFigures(
    string Index, int Requests, long StoredBlocks, double FindsPerSecond, double ArrivalFindsPerSecond, double P50, double P99,
    double StoreNanosecondsPerBlock, double BytesPerBlock, double CountedBytesPerBlock, double AllocatedPerFind)
{
    public double MeanMicroseconds => 1e6 / FindsPerSecond;
}

/// <summary>One point of the growth curve: the same prompts' shape in an ever larger index.</summary>
internal sealed record GrowthFigures(int Blocks, int Nodes, double FindsPerSecond, double StoreNanosecondsPerBlock, double BytesPerBlock);
