using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Preble.Hosting.Orleans;

/// <summary>Our grains that are active on this silo. Safe on any thread.</summary>
internal sealed class LocalActivations
{
    private readonly ConcurrentDictionary<GrainId, IGrainContext> _contexts = new();

    public void Add(IGrainContext context)
    {
        _contexts[context.GrainId] = context;
        context.ObservableLifecycle.Subscribe(
            nameof(LocalActivations), GrainLifecycleStage.First, static _ => Task.CompletedTask, _ =>
            {
                _contexts.TryRemove(KeyValuePair.Create(context.GrainId, context));
                return Task.CompletedTask;
            });
    }

    public int Count(Func<object, bool> kind) => _contexts.Values.Count(context => context.GrainInstance is { } grain && kind(grain));

    /// <summary>Ends those whose grain is one of the kind, and returns when they have ended. Their next call activates them where they belong.</summary>
    public async Task<int> EndAsync(Func<object, bool> kind, string reason, CancellationToken cancellation)
    {
        var ending = _contexts.Values.Where(context => context.GrainInstance is { } grain && kind(grain)).ToList();
        foreach (var context in ending)
        {
            context.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, reason), cancellation);
        }

        await Task.WhenAll(ending.Select(context => context.Deactivated)).WaitAsync(cancellation);
        return ending.Count;
    }
}
