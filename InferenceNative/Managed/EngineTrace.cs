namespace Preble.Inference;

/// <summary>For tests: what an engine keeps of its steps; the native library's numbers.</summary>
[Flags]
internal enum EngineTrace
{
    None = 0,
    Logits = 1,
    Hidden = 2,
}
