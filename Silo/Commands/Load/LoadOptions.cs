namespace Preble.Commands.Load;

/// <summary>What load to put on a server.</summary>
/// <param name="Rate">Requests a second, with exponential gaps; 0 for as fast as <paramref name="Concurrency"/> lets them go.</param>
/// <param name="Prefixes">How many different prefixes the requests share.</param>
/// <param name="PrefixTokens">About how long each prefix is.</param>
internal sealed record LoadOptions(int Requests, double Rate, int Prefixes, int PrefixTokens, int OutputTokens, int Concurrency, int Seed)
{
    /// <exception cref="CommandFailure">A value is out of range.</exception>
    public void Validate()
    {
        Require(Requests is >= 1 and <= 1_000_000, "--requests", "between 1 and 1000000");
        Require(Rate is >= 0 and <= 100_000, "--rate", "between 0 and 100000");
        Require(Prefixes is >= 1 and <= 10_000, "--prefixes", "between 1 and 10000");
        Require(PrefixTokens is >= 0 and <= 1_000_000, "--prefix-tokens", "between 0 and 1000000");
        Require(OutputTokens is >= 1 and <= 1_000_000, "--output-tokens", "between 1 and 1000000");
        Require(Concurrency is >= 1 and <= 10_000, "--concurrency", "between 1 and 10000");
    }

    private static void Require(bool holds, string option, string range)
    {
        if (!holds)
        {
            throw new CommandFailure($"{option} must be {range}.");
        }
    }
}
