namespace Preble.Actors;

/// <summary>What a grain may ask of whoever hosts it. It comes through the grain's constructor.</summary>
public interface IActivation
{
    /// <summary>The grain's key.</summary>
    string Key { get; }

    /// <summary>Calls back on the grain's own turns, first after one period; a tick never overlaps the one before. Disposing stops it.</summary>
    IDisposable RegisterTimer(Func<CancellationToken, Task> tick, TimeSpan period);

    /// <summary>Runs the action when the activation ends; actions run in reverse order of registration.</summary>
    void OnDeactivate(Func<CancellationToken, Task> action);

    /// <summary>Ends this activation when its current turn is done; the next call makes a fresh one.</summary>
    void DeactivateWhenIdle();
}
