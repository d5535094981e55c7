using System.Runtime.CompilerServices;
using Orleans;
using Orleans.Concurrency;
using Preble.Actors;

namespace Preble.Grains.Tests.InProcess;

/// <summary>A grain that does as the test says, so that the host's rules can be watched.</summary>
public interface IProbeGrain : IGrainWithStringKey
{
    Task<string> EnterAsync(string name);

    [ReadOnly]
    Task<string> ReadAsync(string name);

    [AlwaysInterleave]
    Task<string> InterleaveAsync(string name);

    [OneWay]
    Task FireAsync(string name);

    Task<int> FailAsync(Exception failure);

    Task CallBackAsync(string via, string target);

    Task<string> CancellableAsync(string name, CancellationToken cancellation);

    Task LeaveAsync();

    IAsyncEnumerable<int> CountAsync(int to, CancellationToken cancellation);
}

/// <summary>What the test and its probes share: who came in, and the gates at which they wait.</summary>
public sealed class ProbeScript
{
    private readonly Dictionary<string, TaskCompletionSource> _entered = [];
    private readonly Dictionary<string, TaskCompletionSource> _gates = [];
    private readonly Lock _lock = new();

    public List<string> Order { get; } = [];

    public int Made { get; set; }

    public int Inside { get; set; }

    public int MostInside { get; set; }

    public Task Entered(string name) => Of(_entered, name).Task;

    public void Open(string name) => Of(_gates, name).TrySetResult();

    public async Task PassAsync(string name)
    {
        lock (_lock)
        {
            Order.Add(name);
        }

        Of(_entered, name).TrySetResult();
        await Of(_gates, name).Task;
    }

    private TaskCompletionSource Of(Dictionary<string, TaskCompletionSource> sources, string name)
    {
        lock (_lock)
        {
            return sources.TryGetValue(name, out var source)
                ? source
                : sources[name] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}

public class ProbeGrain : IProbeGrain
{
    private readonly IActivation _activation;
    private readonly IGrains _grains;
    private readonly ProbeScript _script;

    public ProbeGrain(IActivation activation, IGrains grains, ProbeScript script)
    {
        (_activation, _grains, _script) = (activation, grains, script);
        script.Made++;
        activation.OnDeactivate(_ => script.PassAsync("end 1"));
        activation.OnDeactivate(_ => script.PassAsync("end 2"));
    }

    public Task<string> EnterAsync(string name) => PassAsync(name);

    public Task<string> ReadAsync(string name) => PassAsync(name);

    public Task<string> InterleaveAsync(string name) => PassAsync(name);

    public Task FireAsync(string name) => PassAsync(name);

    public Task<int> FailAsync(Exception failure) => throw failure;

    public async Task CallBackAsync(string via, string target)
    {
        if (via.Length > 0)
        {
            await _grains.Get<IProbeGrain>(via).CallBackAsync("", target);
        }
        else
        {
            await _grains.Get<IProbeGrain>(target).EnterAsync("back");
        }
    }

    public Task<string> CancellableAsync(string name, CancellationToken cancellation) => PassAsync(name);

    public Task LeaveAsync()
    {
        _activation.DeactivateWhenIdle();
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<int> CountAsync(int to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var i = 1; i <= to; i++)
        {
            await _script.PassAsync($"item {i}").WaitAsync(cancellation);
            yield return i;
        }
    }

    private async Task<string> PassAsync(string name)
    {
        Enter();
        await _script.PassAsync(name);
        Enter();
        return $"{_activation.Key}:{name}";
    }

    // Two threads in here at once would be seen: neither increments nor decrements are atomic, and the maximum would pass 1.
    private void Enter()
    {
        _script.Inside++;
        _script.MostInside = Math.Max(_script.MostInside, _script.Inside);
        Thread.Yield();
        _script.Inside--;
    }
}

[Reentrant]
public sealed class ReentrantProbeGrain(IActivation activation, IGrains grains, ProbeScript script) : ProbeGrain(activation, grains, script);
