namespace Preble;

/// <summary>Names one worker: one model on one device, one engine, one KV cache.</summary>
[GenerateSerializer, Immutable, Alias("Preble.WorkerId")]
public readonly record struct WorkerId([property: Id(0)] string Value)
{
    public override string ToString() => Value;
}
