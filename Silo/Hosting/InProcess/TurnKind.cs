namespace Preble.Hosting.InProcess;

/// <summary>Which other calls of the same activation a call may run beside.</summary>
internal enum TurnKind
{
    /// <summary>None but interleaving ones; an await inside keeps the turn.</summary>
    Exclusive,

    /// <summary>Other read-only and interleaving ones ([ReadOnly]).</summary>
    ReadOnly,

    /// <summary>All ([AlwaysInterleave], or a [Reentrant] grain). Still never two of them on two threads at one moment.</summary>
    Interleaved,
}
