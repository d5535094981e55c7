namespace Preble.Simulation.Workloads;

/// <summary>
/// Little is shared: 26 % of a prompt of about 1024 tokens, so that affinity saves next to nothing and must not cost anything either (sgl-project/sglang
/// issue 21199 reports a router that lost there).
/// </summary>
internal sealed class LowSharing(WorkloadOptions options) : SharedPrefixes(options, Shape)
{
    private static readonly SharedPrefixShape Shape = new(
        CommonTokens: 0, Prefix: new(266, 0, 266), Own: new(758, 200, 4096), Output: new(64, 32, 256), OutputLimit: 256);
}
