using Orleans;
using Preble.Actors;

namespace Preble.Hosting.Orleans;

/// <summary>Finds grains wherever the cluster has them.</summary>
internal sealed class OrleansGrains(IGrainFactory factory) : IGrains
{
    public TGrain Get<TGrain>(string key)
        where TGrain : IGrainWithStringKey => factory.GetGrain<TGrain>(key);
}
