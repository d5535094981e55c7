using System.Collections.Concurrent;
using Orleans;
using Orleans.Runtime;

namespace Preble.OnSilo.Streams;

/// <summary>Counts the calls by which a silo's streams are read, by name: StartEnumeration, MoveNext, DisposeAsync.</summary>
internal sealed class StreamCalls : IIncomingGrainCallFilter
{
    private readonly ConcurrentDictionary<string, int> _answered = new(StringComparer.Ordinal);

    /// <summary>Calls that have been answered.</summary>
    public int Answered(string method) => _answered.GetValueOrDefault(method);

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        finally
        {
            if (context.InterfaceMethod.DeclaringType == typeof(IAsyncEnumerableGrainExtension))
            {
                _answered.AddOrUpdate(context.InterfaceMethod.Name, 1, static (_, count) => count + 1);
            }
        }
    }
}
