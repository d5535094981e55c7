using Preble.Benchmarks.Engine;

namespace Preble.Benchmarks.Sharing;

/// <summary>Seconds that the engine alone needs for the tokens of the cases, each measured when it is asked for: close in time to what it is for.</summary>
internal sealed class Yardsticks(LineProcess engine)
{
    private const int Rounds = 3;

    /// <summary>The 2,256 distinct tokens of eight clients with one prefix.</summary>
    public double Prefill2256 => Seconds("prefill-2256");

    /// <summary>The 256 tokens of their endings, when the prefix is cached.</summary>
    public double Endings => Seconds("prefill-256@2000");

    /// <summary>Eight prefixes of 1,500 tokens, 64 endings of 32, and 16 steps of 64 sequences.</summary>
    public double ManyClients =>
        (8 * Seconds("prefill-1500")) + (8 * Seconds("prefill-256@1500")) + (16 * 64 / Median("decode-64@512", "tokensPerSecond"));

    private double Seconds(string name) => Median(name, "seconds");

    private double Median(string name, string field) => PeerRow.Median(Enumerable.Range(0, Rounds).Select(_ => engine.Ask(name, field)).ToList());
}
