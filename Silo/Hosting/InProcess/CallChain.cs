namespace Preble.Hosting.InProcess;

/// <summary>
/// The calls that led here, innermost first. A call that would wait for a turn that itself waits for this call can never run:
/// the chain finds that at once, where a time-out would find it late and not say why.
/// </summary>
internal sealed record CallChain(Mailbox Mailbox, bool HoldsTurn, CallChain? Caller)
{
    private static readonly AsyncLocal<CallChain?> Flow = new();

    /// <summary>The chain of the running call; null outside grains.</summary>
    public static CallChain? Current
    {
        get => Flow.Value;
        set => Flow.Value = value;
    }

    /// <summary>Throws when the wait for a turn of this mailbox could never end.</summary>
    public static void RequireNoDeadlock(Mailbox target)
    {
        for (var call = Current; call is not null; call = call.Caller)
        {
            if (call.HoldsTurn && ReferenceEquals(call.Mailbox, target))
            {
                throw new CallChainException($"The call chain {Describe(Current)} → {target.Name} comes back to a grain that waits.");
            }
        }
    }

    private static string Describe(CallChain? call) =>
        call?.Caller is null ? call?.Mailbox.Name ?? "" : $"{Describe(call.Caller)} → {call.Mailbox.Name}";
}

/// <summary>A chain of calls that waits for itself: our bug, and better said than hung.</summary>
public sealed class CallChainException(string message) : InvalidOperationException(message);
