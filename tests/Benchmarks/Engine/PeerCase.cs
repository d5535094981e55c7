namespace Preble.Benchmarks.Engine;

/// <summary>What both sides measure.</summary>
/// <param name="Batch">0: a prefill of <paramref name="Tokens"/> tokens; else so many sequences decode, each after as many tokens.</param>
internal sealed record PeerCase(string Name, int Batch, int Tokens)
{
    /// <summary>Tokens of each sequence in a round of the peer's decode.</summary>
    public const int DecodeTokens = 24;

    public static IReadOnlyList<PeerCase> All { get; } =
    [
        new("prefill 512", 0, 512), new("prefill 2048", 0, 2048),
        new("decode, batch 1", 1, 512), new("decode, batch 4", 4, 512), new("decode, batch 16", 16, 512),
    ];

    /// <summary>Its name for engine_bench.</summary>
    public string EngineName => Batch == 0 ? $"prefill-{Tokens}" : $"decode-{Batch}@{Tokens}";
}
