namespace Preble.Benchmarks.Engine;

/// <summary>A width of weights that is compared.</summary>
/// <param name="PeerType">The peer's own best format of this width.</param>
/// <param name="Weights">What makes it of the model: an option of engine_bench.</param>
/// <param name="Targets">For each of <see cref="PeerCase.All"/>: times the peer, on Zen 4 and on an Intel server without AMX.</param>
internal sealed record Width(string Name, string PeerType, string Weights, IReadOnlyList<(double Zen4, double Intel)> Targets)
{
    public static IReadOnlyList<Width> All { get; } =
    [
        new("8-bit", "Q8_0", "int8", [(3.3, 6.5), (3, 5.2), (1.5, 3.5), (3, 5), (3.5, 9)]),
        new("4-bit", "Q4_0", "int4", [(2.6, 4.5), (2.5, 4), (1.5, 3.5), (2.5, 5), (3, 8)]),
        new("BF16", "BF16", "bf16", [(1.5, 2.3), (2, 2.6), (1.2, 1.9), (2, 3.5), (2.4, 5)]),
    ];
}
