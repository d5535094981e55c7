using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Concurrency;

namespace Preble.Hosting.InProcess;

/// <summary>How one method of a grain interface is called, read once from its attributes and its return type.</summary>
internal abstract class GrainMethod(MethodInfo method)
{
    private static readonly ConcurrentDictionary<MethodInfo, GrainMethod> Known = new();

    private readonly int _cancellationIndex = Array.FindIndex(method.GetParameters(), p => p.ParameterType == typeof(CancellationToken));

    public string Name { get; } = method.Name;

    protected bool OneWay { get; } = method.IsDefined(typeof(OneWayAttribute));

    protected TurnKind Kind { get; } =
        method.IsDefined(typeof(AlwaysInterleaveAttribute)) ? TurnKind.Interleaved
        : method.IsDefined(typeof(ReadOnlyAttribute)) ? TurnKind.ReadOnly
        : TurnKind.Exclusive;

    public static GrainMethod Of(MethodInfo method) => Known.GetOrAdd(method, Create);

    /// <summary>Starts the call; what comes back has the method's own return type.</summary>
    public abstract object Call(InProcessGrains grains, GrainAddress address, object?[] arguments);

    protected object Invoke(object grain, object?[] arguments) =>
        method.Invoke(grain, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null)
        ?? throw new InvalidOperationException($"{Name} of {grain.GetType().Name} returned null instead of a task or a stream.");

    protected CancellationToken Cancellation(object?[] arguments) =>
        _cancellationIndex < 0 ? CancellationToken.None : (CancellationToken)arguments[_cancellationIndex]!;

    protected object?[] WithCancellation(object?[] arguments, CancellationToken cancellation)
    {
        if (_cancellationIndex < 0)
        {
            return arguments;
        }

        var copy = arguments.ToArray();
        copy[_cancellationIndex] = cancellation;
        return copy;
    }

    private static GrainMethod Create(MethodInfo method)
    {
        var type = method.ReturnType;
        if (type == typeof(Task))
        {
            return new TaskMethod(method);
        }

        var generic = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        var kind = generic == typeof(Task<>) ? typeof(TaskMethod<>)
            : generic == typeof(IAsyncEnumerable<>) ? typeof(StreamMethod<>)
            : throw new NotSupportedException(
                $"{method.DeclaringType?.Name}.{method.Name}: a grain method returns Task, Task<T> or IAsyncEnumerable<T>.");
        return (GrainMethod)Activator.CreateInstance(kind.MakeGenericType(type.GenericTypeArguments), method)!;
    }
}

/// <summary>A method that returns a task without a result, perhaps one-way.</summary>
internal sealed class TaskMethod(MethodInfo method) : GrainMethod(method)
{
    public override object Call(InProcessGrains grains, GrainAddress address, object?[] arguments)
    {
        if (!OneWay)
        {
            return CallAsync(grains, address, arguments);
        }

        // Nobody waits for a one-way call: it starts a chain of its own.
        using (ExecutionContext.SuppressFlow())
        {
            _ = CallOneWayAsync(grains, address, arguments);
        }

        return Task.CompletedTask;
    }

    private Task CallAsync(InProcessGrains grains, GrainAddress address, object?[] arguments) =>
        grains.CallAsync(address, Kind, grain => RunAsync(grain, arguments), Cancellation(arguments));

    private async Task<bool> RunAsync(object grain, object?[] arguments)
    {
        await (Task)Invoke(grain, arguments);
        return true;
    }

    private async Task CallOneWayAsync(InProcessGrains grains, GrainAddress address, object?[] arguments)
    {
        try
        {
            await CallAsync(grains, address, arguments);
        }
        catch (Exception failure)
        {
            grains.Log.OneWayFailed(failure, Name, address.ToString());
        }
    }
}

/// <summary>A method that returns a task with a result.</summary>
internal sealed class TaskMethod<T>(MethodInfo method) : GrainMethod(method)
{
    public override object Call(InProcessGrains grains, GrainAddress address, object?[] arguments) =>
        grains.CallAsync(address, Kind, grain => (Task<T>)Invoke(grain, arguments), Cancellation(arguments));
}
