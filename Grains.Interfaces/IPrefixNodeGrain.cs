using Orleans;
using Orleans.CodeGeneration;

namespace Preble;

/// <summary>The record of one hot prefix: who holds it and how busy it is. Key: <c>model/hash</c>, see <see cref="PrefixNodeId"/>.</summary>
[Alias("Preble.IPrefixNodeGrain"), Version(1)]
public interface IPrefixNodeGrain : IGrainWithStringKey
{
    /// <summary>Takes in what the scheduler has seen since its last report and answers with the node's record.</summary>
    [Alias("Report")]
    Task<PrefixNodeRecord> ReportAsync(PrefixNodeReport report);

    [Alias("GetRecord")]
    Task<PrefixNodeRecord> GetRecordAsync();
}
