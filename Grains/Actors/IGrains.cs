using Orleans;

namespace Preble.Actors;

/// <summary>Finds grains by key, in this process or elsewhere.</summary>
public interface IGrains
{
    TGrain Get<TGrain>(string key)
        where TGrain : IGrainWithStringKey;
}
