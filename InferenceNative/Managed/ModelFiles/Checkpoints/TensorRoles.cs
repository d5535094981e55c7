namespace Preble.Inference.ModelFiles.Checkpoints;

/// <summary>What kinds of tensors there are among the roles.</summary>
internal static class TensorRoles
{
    public static bool IsOfExpert(this TensorRole role) => role is TensorRole.ExpertGate or TensorRole.ExpertUp or TensorRole.ExpertDown;

    public static bool IsNorm(this TensorRole role)
        => role is TensorRole.OutputNorm or TensorRole.AttentionNorm or TensorRole.FeedForwardNorm or TensorRole.QueryNorm or TensorRole.KeyNorm
            or TensorRole.PostAttentionNorm or TensorRole.PostFeedForwardNorm;

    /// <summary>One row, whose format has no dimension of rows.</summary>
    public static bool IsVector(this TensorRole role)
        => role.IsNorm() || role is TensorRole.QueryBias or TensorRole.KeyBias or TensorRole.ValueBias;

    /// <summary>Whether each layer has one.</summary>
    public static bool IsOfLayer(this TensorRole role) => role > TensorRole.OutputHead;
}
