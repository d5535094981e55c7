namespace Preble;

/// <summary>Names a served model, as in the API's `model` field.</summary>
[GenerateSerializer, Immutable, Alias("Preble.ModelId")]
public readonly record struct ModelId([property: Id(0)] string Value)
{
    public override string ToString() => Value;
}
