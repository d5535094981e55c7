using Orleans;
using Orleans.Runtime;
using Orleans.Timers;
using Preble.Actors;

namespace Preble.Hosting.Orleans;

/// <summary>What a grain may ask of its silo. One per activation: it is made in the activation's own scope, while its context is the current one.</summary>
internal sealed class OrleansActivation : IActivation
{
    private readonly IGrainContext _context;
    private readonly ITimerRegistry _timers;
    private int _endings;

    public OrleansActivation(IGrainContextAccessor contexts, ITimerRegistry timers, LocalActivations locals)
    {
        (_context, _timers) = (contexts.GrainContext, timers);
        locals.Add(_context);
    }

    public string Key => _context.GrainId.Key.ToString()!;

    public IDisposable RegisterTimer(Func<CancellationToken, Task> tick, TimeSpan period) =>
        _timers.RegisterGrainTimer(
            _context,
            static (action, cancellation) => action(cancellation),
            tick,
            new GrainTimerCreationOptions { DueTime = period, Period = period, Interleave = false, KeepAlive = true });

    public void OnDeactivate(Func<CancellationToken, Task> action)
    {
        // A lifecycle stops from its highest stage down: later registrations get higher stages, so they run first, as IActivation promises.
        var stage = GrainLifecycleStage.Activate + ++_endings;
        _context.ObservableLifecycle.Subscribe(nameof(OrleansActivation), stage, static _ => Task.CompletedTask, action);
    }

    public void DeactivateWhenIdle() =>
        _context.Deactivate(
            new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "The grain asked for its end."), CancellationToken.None);
}
