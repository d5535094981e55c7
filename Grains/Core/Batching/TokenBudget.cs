namespace Preble.Core.Batching;

/// <summary>The tokens left in one step. <see cref="Reset"/> begins a step.</summary>
public sealed class TokenBudget(int stepTokens)
{
    public int Left { get; private set; }

    public void Reset() => Left = stepTokens;

    public void Spend(int tokens)
    {
        Invariant.Require(tokens <= Left, "a step computes no more tokens than its budget");
        Left -= tokens;
    }
}
