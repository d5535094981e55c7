namespace Preble.Benchmarks.Decision;

/// <summary>
/// What decisions among so many workers cost: the decision alone (candidates, match, choice), and the whole placement with its booking, its
/// insertion into the index and its answer.
/// </summary>
internal sealed record DecisionFigures(int Workers, long IndexedBlocks, DecisionSamples Decide, DecisionSamples Place);
