namespace Preble.Simulation.Workloads;

/// <summary>
/// Tool use (ToolBench): a common system prompt, the instructions of a tool, a question. Table 1: prompts of 1835 ± 742 tokens, of which the key portion
/// (here the tool) is 76 % and all that is shared 85 %; outputs of 43 ± 16.
/// </summary>
internal sealed class ToolUse(WorkloadOptions options) : SharedPrefixes(options, Shape)
{
    private static readonly SharedPrefixShape Shape = new(
        CommonTokens: 165, Prefix: new(1395, 700, 16_384), Own: new(275, 246, 2048), Output: new(43, 16, 256), OutputLimit: 256);
}
