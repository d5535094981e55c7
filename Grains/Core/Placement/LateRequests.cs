namespace Preble.Core.Placement;

/// <summary>What becomes of a request whose first token cannot come as early as it was asked for.</summary>
public enum LateRequests
{
    /// <summary>It is refused, with a time to come again.</summary>
    Refuse = 1,

    /// <summary>It is served one level of priority later, so that it does not make others late.</summary>
    Downgrade = 2,
}
