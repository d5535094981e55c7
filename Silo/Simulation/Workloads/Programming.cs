namespace Preble.Simulation.Workloads;

/// <summary>
/// Program generation (APPS): code demonstrations common to all (2400 tokens, as the authors generate it), a problem, and several samples of each. Table 1:
/// prompts of 3871 ± 1656 tokens, 97 % shared; outputs of 190 ± 343, cut at 512 as theirs are.
/// </summary>
internal sealed class Programming(WorkloadOptions options) : SharedPrefixes(options, Shape)
{
    private static readonly SharedPrefixShape Shape = new(
        CommonTokens: 2400, Prefix: new(1355, 1640, 8192), Own: new(116, 50, 512), Output: new(190, 343, 512), OutputLimit: 512);
}
