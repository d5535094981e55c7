using System.Reflection;
using Orleans;

namespace Preble.Hosting.InProcess;

/// <summary>Stands for a grain: turns the calls of its interface into turns of its activation.</summary>
public class GrainProxy : DispatchProxy
{
    private InProcessGrains? _grains;
    private GrainAddress _address;

    internal static TGrain Create<TGrain>(InProcessGrains grains, GrainAddress address)
        where TGrain : IGrainWithStringKey
    {
        var proxy = Create<TGrain, GrainProxy>();
        var self = (GrainProxy)(object)proxy;
        (self._grains, self._address) = (grains, address);
        return proxy;
    }

    public override string ToString() => _address.ToString();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        GrainMethod.Of(targetMethod!).Call(_grains!, _address, args ?? []);
}
