using Microsoft.Extensions.Logging;
using Preble.Hosting.Kubernetes;
using Preble.Testing;
using static Preble.Deploy.Pods.Fleets;

namespace Preble.Deploy.Pods;

/// <summary>The look every five seconds: what it has declared dead, and that it keeps still whenever it does not know.</summary>
public sealed class PodWatchTests : IDisposable, IPods, IFleetMembers, ILogger<PodWatch>
{
    private readonly ManualTimeProvider _time = new();
    private readonly List<string> _calls = [];
    private readonly List<string> _said = [];
    private readonly FleetMember _a = Member("a", 2);
    private MemberList? _members;
    private Func<IReadOnlyList<Pod>> _pods;
    private Func<bool> _end = static () => true;
    private readonly PodWatch _watch;

    public PodWatchTests()
    {
        (_members, _pods) = (Of(_a), () => [PodOf(Own), PodOf(_a)]);
        _watch = new PodWatch(this, this, _time, this);
    }

    public void Dispose() => _watch.Dispose();

    [Fact]
    public async Task It_looks_at_once_and_then_every_five_seconds_until_it_is_stopped()
    {
        await Wait.ForAsync(_watch.StartAsync(CancellationToken.None), "the watch to start");
        await Wait.UntilAsync(() => _time.ArmedTimers == 1, "its timer");
        Assert.Equal(["read", "list"], _calls);
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(2, _calls.Count);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await Wait.UntilAsync(() => _calls.Count == 4, "the next look");
        await Wait.ForAsync(_watch.StopAsync(CancellationToken.None), "the watch to stop");
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public async Task A_process_whose_pod_is_gone_is_ended_with_the_next_look()
    {
        await LookAsync();
        Assert.Equal(["read", "list"], _calls);
        _pods = () => [PodOf(Own)];
        await LookAsync();
        Assert.Equal(["read", "list", "read", "list", "end a"], _calls);
        Assert.Equal("Warning: The pod of a at 10.0.0.2:11111 is gone; the process is declared dead.", Assert.Single(_said));
    }

    [Fact]
    public async Task An_address_must_differ_in_two_looks_in_a_row()
    {
        _pods = () => [PodOf(Own), Pod("a", 9)];
        await LookAsync();
        _pods = () => throw new PodsUnknownException("away");
        await LookAsync();
        _pods = () => [PodOf(Own), Pod("a", 9)];
        await LookAsync();
        Assert.DoesNotContain("end a", _calls);
        await LookAsync();
        Assert.Equal("end a", _calls[^1]);
    }

    [Fact]
    public async Task A_trouble_is_said_once_and_its_end_once()
    {
        foreach (var _ in Enumerable.Range(0, 3))
        {
            _pods = () => throw new PodsUnknownException("it answers with status 403");
            await LookAsync();
            _pods = () => [];
            await LookAsync();
        }

        Assert.StartsWith("Warning: The API server does not tell which pods are gone: it answers with status 403.", Assert.Single(_said), StringComparison.Ordinal);
        _pods = () => [PodOf(Own)];
        await LookAsync();
        await LookAsync();
        Assert.Single(_said, line => line == "Information: The API server tells which pods are gone again.");
    }

    [Fact]
    public async Task A_list_that_cannot_be_changed_is_tried_again_and_does_not_end_the_watch()
    {
        _pods = () => [PodOf(Own)];
        _end = static () => throw new TimeoutException("the store is away, with a password in the message");
        await LookAsync();
        await LookAsync();
        Assert.DoesNotContain("password", Assert.Single(_said), StringComparison.Ordinal);
        _end = static () => true;
        await LookAsync();
        Assert.Contains(_said, line => line.Contains("The pod of a", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_has_not_joined_or_is_not_one_of_the_first_two_does_not_ask()
    {
        _members = null;
        await LookAsync();
        _members = Of(Member("b", 3, started: 1), Member("c", 4, started: 2));
        await LookAsync();
        Assert.Equal(["read", "read"], _calls);
    }

    Task<IReadOnlyList<Pod>> IPods.ListAsync(CancellationToken cancellation)
    {
        _calls.Add("list");
        return Task.FromResult(_pods());
    }

    MemberList? IFleetMembers.Read()
    {
        _calls.Add("read");
        return _members;
    }

    Task<bool> IFleetMembers.EndAsync(FleetMember member)
    {
        _calls.Add($"end {member.Name}");
        return Task.FromResult(_end());
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _said.Add($"{logLevel}: {formatter(state, exception)}");

    private Task LookAsync() => Wait.ForAsync(_watch.LookAsync(CancellationToken.None), "the look");
}
