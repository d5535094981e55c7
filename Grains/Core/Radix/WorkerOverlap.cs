namespace Preble.Core.Radix;

/// <summary>A worker, by its slot, and how many leading blocks of a prompt are resident on it.</summary>
public readonly record struct WorkerOverlap(int Slot, int Blocks);
