using Orleans;
using Orleans.Runtime;
using Preble.Actors.Workers;

namespace Preble.Hosting.Orleans;

/// <summary>Ends the workers of a silo that stops while it still can call others, for they say good-bye to their schedulers.</summary>
internal sealed class WorkersFirst(LocalActivations locals) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(WorkersFirst), ServiceLifecycleStage.Active + 1, static _ => Task.CompletedTask, StopAsync);

    private Task StopAsync(CancellationToken cancellation) => cancellation.IsCancellationRequested
        ? Task.CompletedTask
        : locals.EndAsync(static grain => grain is WorkerGrain, "The process ends.", cancellation);
}
