using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement.Balancing;

/// <summary>What one worker has of one key portion's requests within the window H.</summary>
public struct KeyShare(WorkerView worker)
{
    public readonly WorkerView Worker => worker;

    public int Requests { get; set; }

    public TimeSpan Work { get; set; }
}
