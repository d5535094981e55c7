using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans;
using Preble.Actors;

namespace Preble.Hosting.InProcess;

/// <summary>
/// Hosts grains in this process with Orleans' rules for turns: an activation per interface and key, made at the first call.
/// Register every grain first, then call; dispose to end all activations. It is not a cluster: no sockets, no membership.
/// </summary>
public sealed class InProcessGrains(TimeProvider time, ILogger<InProcessGrains> log) : IGrains, IAsyncDisposable
{
    private readonly ConcurrentDictionary<Type, Func<IActivation, object>> _factories = new();
    private readonly ConcurrentDictionary<GrainAddress, Lazy<InProcessActivation>> _activations = new();
    private volatile bool _stopped;

    internal ILogger Log => log;

    /// <summary>The grains that live now, as <c>interface/key</c>.</summary>
    public IReadOnlyList<string> Activations => [.. _activations.Keys.Select(address => address.ToString()).Order(StringComparer.Ordinal)];

    /// <summary>Says how to make a grain of this interface.</summary>
    public InProcessGrains Register<TGrain>(Func<IActivation, TGrain> factory)
        where TGrain : class, IGrainWithStringKey
    {
        _factories[typeof(TGrain)] = factory;
        return this;
    }

    public TGrain Get<TGrain>(string key)
        where TGrain : IGrainWithStringKey
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (!_factories.ContainsKey(typeof(TGrain)))
        {
            throw new InvalidOperationException($"No grain is registered for {typeof(TGrain).Name}.");
        }

        return GrainProxy.Create<TGrain>(this, new GrainAddress(typeof(TGrain), key));
    }

    /// <summary>Ends one activation, as the death of its silo would, but in order; the next call makes a fresh one.</summary>
    public Task DeactivateAsync<TGrain>(string key)
        where TGrain : IGrainWithStringKey =>
        _activations.TryGetValue(new GrainAddress(typeof(TGrain), key), out var activation)
            ? activation.Value.EndAsync()
            : Task.CompletedTask;

    /// <summary>Ends all activations; calls from now on are refused.</summary>
    public async ValueTask DisposeAsync()
    {
        _stopped = true;
        await Task.WhenAll(_activations.Values.Select(activation => activation.Value.EndAsync()));
    }

    internal Task<T> CallAsync<T>(GrainAddress address, TurnKind kind, Func<object, Task<T>> call, CancellationToken cancellation) =>
        OnLivingAsync(address, activation => activation.CallAsync(kind, call, cancellation), cancellation);

    /// <summary>An empty call that finds the activation which will serve a whole stream.</summary>
    internal Task<InProcessActivation> EnterAsync(GrainAddress address, CancellationToken cancellation) =>
        OnLivingAsync(
            address,
            async activation =>
            {
                await activation.CallAsync(TurnKind.Interleaved, _ => Task.FromResult(true), cancellation);
                return activation;
            },
            cancellation);

    /// <summary>A call that meets an activation at its end waits for the end and goes to the next one.</summary>
    private async Task<T> OnLivingAsync<T>(GrainAddress address, Func<InProcessActivation, Task<T>> action, CancellationToken cancellation)
    {
        while (true)
        {
            var activation = Activation(address);
            try
            {
                return await action(activation);
            }
            catch (ActivationEndedException)
            {
                await activation.Ended.WaitAsync(cancellation);
            }
        }
    }

    /// <summary>The living activation of this address, made if need be.</summary>
    private InProcessActivation Activation(GrainAddress address)
    {
        ObjectDisposedException.ThrowIf(_stopped, this);

        // Lazy: of two first callers only one makes the activation.
        return _activations.GetOrAdd(address, static (a, host) => new Lazy<InProcessActivation>(() => host.Activate(a)), this).Value;
    }

    private InProcessActivation Activate(GrainAddress address) =>
        new(address, _factories[address.Interface], () => _activations.TryRemove(address, out _), time, log);
}
