namespace Preble;

/// <summary>Names the grain of one hot prefix: a model and the hash of the prefix's last block.</summary>
[GenerateSerializer, Immutable, Alias("Preble.PrefixNodeId")]
public readonly record struct PrefixNodeId([property: Id(0)] ModelId Model, [property: Id(1)] BlockHash Hash)
{
    /// <summary>The grain key: <c>model/hash</c>.</summary>
    public override string ToString() => $"{Model.Value}/{Hash}";
}
