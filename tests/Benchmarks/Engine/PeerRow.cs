namespace Preble.Benchmarks.Engine;

/// <summary>One case on one file: tokens a second of each round, ours and llama.cpp's.</summary>
/// <param name="Width">The width, or null for the model's own file on both sides.</param>
internal sealed record PeerRow(Width? Width, string Files, int CaseIndex, IReadOnlyList<double> Ours, IReadOnlyList<double> Peer)
{
    public PeerCase Case => PeerCase.All[CaseIndex];

    public string WidthName => Width?.Name ?? "own file";

    public double? Ratio => Ours.Count > 0 && Peer.Count > 0 ? Median(Ours) / Median(Peer) : null;

    public static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
}
