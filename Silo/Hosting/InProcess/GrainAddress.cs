namespace Preble.Hosting.InProcess;

/// <summary>Names an activation: the grain's interface and its key.</summary>
internal readonly record struct GrainAddress(Type Interface, string Key)
{
    public override string ToString() => $"{Interface.Name}/{Key}";
}
