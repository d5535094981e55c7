namespace Preble.Core.KvCache;

/// <summary>
/// Copy on write: a sequence that shares only the beginning of a block gets a block of its own with the same content, and writes on after the
/// part that it shares. Done after the loads and before the step, in the order of the plan.
/// </summary>
public readonly record struct BlockCopy(int From, int To);
