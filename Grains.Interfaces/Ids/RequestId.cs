namespace Preble;

/// <summary>Names one API request, unique for the life of the cluster.</summary>
[GenerateSerializer, Immutable, Alias("Preble.RequestId")]
public readonly record struct RequestId([property: Id(0)] string Value)
{
    public override string ToString() => Value;
}
