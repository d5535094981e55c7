namespace Preble.Simulation.Workloads;

/// <summary>
/// Questions about long documents (LooGLE): 13 tokens of instruction, a document, a question. Table 1: prompts of 23,474 ± 6105 tokens; outputs of 16 ± 9.9.
/// </summary>
internal sealed class LongDocuments(WorkloadOptions options) : SharedPrefixes(options, Shape)
{
    private static readonly SharedPrefixShape Shape = new(
        CommonTokens: 13, Prefix: new(23_411, 6105, 32_000), Own: new(50, 20, 256), Output: new(16, 9.9, 64), OutputLimit: 64);
}
