using Preble.Core;
using Preble.Core.Batching.Costs;

namespace Preble.Simulation;

/// <summary>What a simulated worker is: how long its steps take and how much its KV cache holds. One worker may be several GPUs (tensor parallel).</summary>
/// <param name="KvTokens">Tokens that its KV cache holds.</param>
/// <param name="ContextTokens">The longest prompt plus output.</param>
internal sealed record GpuProfile(string Name, string Source, StepCostModel Costs, int KvTokens, int ContextTokens)
{
    public int BlockCount => KvTokens / Limits.BlockSize;
}
