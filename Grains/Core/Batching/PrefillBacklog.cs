namespace Preble.Core.Batching;

/// <summary>The prompt tokens not yet computed, of all sequences of a worker, kept by the sequences themselves as they come and go.</summary>
public sealed class PrefillBacklog
{
    public long Tokens { get; private set; }

    internal void Change(int before, int after) => Tokens += after - before;
}
