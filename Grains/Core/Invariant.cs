using System.Diagnostics.CodeAnalysis;

namespace Preble.Core;

/// <summary>A broken invariant: our bug. The worker that meets one stops, for a cache that may be wrong must not be used.</summary>
public sealed class InvariantException(string message) : Exception(message);

/// <summary>States what must be true, in words. Always on.</summary>
public static class Invariant
{
    public static void Require([DoesNotReturnIf(false)] bool condition, string statement)
    {
        if (!condition)
        {
            Fail(statement);
        }
    }

    [DoesNotReturn]
    private static void Fail(string statement) => throw new InvariantException($"Broken invariant: {statement}.");
}
