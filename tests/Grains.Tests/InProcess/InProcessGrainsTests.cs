using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;
using Preble.Actors;
using Preble.Hosting.InProcess;
using Preble.Testing;

namespace Preble.Grains.Tests.InProcess;

/// <summary>The in-process host keeps Orleans' promises about turns.</summary>
public sealed class InProcessGrainsTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly ProbeScript _script = new();
    private readonly InProcessGrains _grains;

    public InProcessGrainsTests()
    {
        _grains = new InProcessGrains(_time, NullLogger<InProcessGrains>.Instance);
        _grains.Register<IProbeGrain>(activation => new ProbeGrain(activation, _grains, _script));
        _script.Open("end 1");
        _script.Open("end 2");
    }

    public async ValueTask DisposeAsync() => await Wait.ForAsync(_grains.DisposeAsync().AsTask(), "the host to end");

    [Fact]
    public async Task A_call_waits_for_the_turn_before_it_even_while_that_one_awaits()
    {
        var probe = _grains.Get<IProbeGrain>("a");
        var first = probe.EnterAsync("first");
        await Wait.ForAsync(_script.Entered("first"), "the first call to start");
        var second = probe.EnterAsync("second");
        var third = probe.InterleaveAsync("third");
        await Wait.ForAsync(_script.Entered("third"), "the interleaving call to start");

        Assert.False(_script.Entered("second").IsCompleted);
        OpenAll("first", "second", "third");
        Assert.Equal("a:first", await Wait.ForAsync(first, "first"));
        Assert.Equal("a:second", await Wait.ForAsync(second, "second"));
        await Wait.ForAsync(third, "third");
        Assert.Equal(["first", "third", "second"], _script.Order);
    }

    [Fact]
    public async Task Waiting_calls_run_in_order_of_arrival()
    {
        var probe = _grains.Get<IProbeGrain>("a");
        var names = Enumerable.Range(0, 50).Select(i => $"call {i}").ToArray();
        OpenAll(names);
        await Wait.ForAsync(Task.WhenAll(names.Select(probe.EnterAsync)), "fifty calls");
        Assert.Equal(names, _script.Order);
    }

    [Fact]
    public async Task Reads_run_beside_reads_but_not_beside_other_calls()
    {
        var probe = _grains.Get<IProbeGrain>("a");
        var reads = new[] { probe.ReadAsync("read 1"), probe.ReadAsync("read 2") };
        await Wait.ForAsync(Task.WhenAll(_script.Entered("read 1"), _script.Entered("read 2")), "both reads to be inside");
        var write = probe.EnterAsync("write");
        OpenAll("read 1", "write");
        await Wait.ForAsync(reads[0], "the first read");
        Assert.False(_script.Entered("write").IsCompleted);
        _script.Open("read 2");
        await Wait.ForAsync(write, "the write after both reads");
    }

    [Fact]
    public async Task Interleaved_calls_never_run_on_two_threads_at_once()
    {
        var probe = _grains.Get<IProbeGrain>("a");
        var names = Enumerable.Range(0, 500).Select(i => $"call {i}").ToArray();
        OpenAll(names);
        await Wait.ForAsync(Task.WhenAll(names.Select(probe.InterleaveAsync)), "500 interleaved calls");
        Assert.Equal((1, 0), (_script.MostInside, _script.Inside));
    }

    [Fact]
    public async Task Calls_of_a_reentrant_grain_interleave()
    {
        _grains.Register<IProbeGrain>(activation => new ReentrantProbeGrain(activation, _grains, _script));
        var probe = _grains.Get<IProbeGrain>("a");
        _script.Open("zero");
        await Wait.ForAsync(probe.EnterAsync("zero"), "the call that makes the grain");
        var calls = new[] { probe.EnterAsync("one"), probe.EnterAsync("two") };
        await Wait.ForAsync(Task.WhenAll(_script.Entered("one"), _script.Entered("two")), "both calls to be inside");
        OpenAll("one", "two");
        await Wait.ForAsync(Task.WhenAll(calls), "both");
    }

    [Fact]
    public async Task Grains_with_different_keys_do_not_wait_for_each_other()
    {
        var held = _grains.Get<IProbeGrain>("a").EnterAsync("held");
        _script.Open("free");
        Assert.Equal("b:free", await Wait.ForAsync(_grains.Get<IProbeGrain>("b").EnterAsync("free"), "the other grain's call"));
        _script.Open("held");
        await Wait.ForAsync(held, "held");
        Assert.Equal(2, _script.Made);
        Assert.Equal(["IProbeGrain/a", "IProbeGrain/b"], _grains.Activations);
    }

    [Fact]
    public async Task An_exception_reaches_the_caller_as_the_same_object()
    {
        var failure = new InvalidDataException("the facts");
        var seen = await Assert.ThrowsAsync<InvalidDataException>(() => _grains.Get<IProbeGrain>("a").FailAsync(failure));
        Assert.Same(failure, seen);
    }

    [Fact]
    public async Task A_one_way_call_returns_before_it_has_run()
    {
        Assert.True(_grains.Get<IProbeGrain>("a").FireAsync("fired").IsCompletedSuccessfully);
        await Wait.ForAsync(_script.Entered("fired"), "the one-way call to run after all");
        _script.Open("fired");
    }

    [Fact]
    public async Task A_call_that_is_cancelled_while_it_waits_does_not_run_and_leaves_the_queue_whole()
    {
        var probe = _grains.Get<IProbeGrain>("a");
        var held = probe.EnterAsync("held");
        using var gone = new CancellationTokenSource();
        var cancelled = probe.CancellableAsync("cancelled", gone.Token);
        var last = probe.EnterAsync("last");
        await Wait.ForAsync(_script.Entered("held"), "the first call to start");
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Wait.ForAsync(cancelled, "the cancelled call to end while the first still runs"));
        OpenAll("held", "last");
        await Wait.ForAsync(Task.WhenAll(held, last), "the others");
        Assert.Equal(["held", "last"], _script.Order);
    }

    [Fact]
    public async Task A_call_chain_that_comes_back_to_a_waiting_grain_fails_at_once()
    {
        var failure = await Assert.ThrowsAsync<CallChainException>(
            () => Wait.ForAsync(_grains.Get<IProbeGrain>("a").CallBackAsync("b", "a"), "the deadlock to be found"));
        Assert.Contains("IProbeGrain/a → IProbeGrain/b → IProbeGrain/a", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_holds_no_turn_and_ends_when_its_reader_cancels()
    {
        var probe = _grains.Get<IProbeGrain>("a");
        using var gone = new CancellationTokenSource();
        await using var stream = probe.CountAsync(3, gone.Token).GetAsyncEnumerator();
        _script.Open("item 1");
        Assert.True(await stream.MoveNextAsync());
        var next = stream.MoveNextAsync().AsTask();
        await Wait.ForAsync(_script.Entered("item 2"), "the second item to be waited for");
        _script.Open("between");
        await Wait.ForAsync(probe.EnterAsync("between"), "a call between two items");
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Wait.ForAsync(next, "the stream to end"));
    }

    [Fact]
    public async Task A_stream_gives_every_item_in_order()
    {
        OpenAll("item 1", "item 2", "item 3");
        var items = new List<int>();
        await foreach (var item in _grains.Get<IProbeGrain>("a").CountAsync(3, CancellationToken.None))
        {
            items.Add(item);
        }

        Assert.Equal([1, 2, 3], items);
    }

    [Fact]
    public async Task An_activation_that_ends_runs_its_actions_last_first_and_the_next_call_makes_a_fresh_one()
    {
        var probe = _grains.Get<IProbeGrain>("a");
        await Wait.ForAsync(probe.LeaveAsync(), "the leaving call");
        _script.Open("after");
        await Wait.ForAsync(probe.EnterAsync("after"), "a call to the next activation");
        Assert.Equal(["end 2", "end 1", "after"], _script.Order);
        Assert.Equal(2, _script.Made);
    }

    [Fact]
    public async Task A_stream_of_an_activation_that_ends_is_aborted()
    {
        await using var stream = _grains.Get<IProbeGrain>("a").CountAsync(2, CancellationToken.None).GetAsyncEnumerator();
        var next = stream.MoveNextAsync().AsTask();
        await Wait.ForAsync(_script.Entered("item 1"), "the stream to start");
        await Wait.ForAsync(_grains.DeactivateAsync<IProbeGrain>("a"), "the activation to end");
        await Assert.ThrowsAsync<EnumerationAbortedException>(() => Wait.ForAsync(next, "the reader to be told"));
    }

    [Fact]
    public async Task After_the_end_of_the_host_calls_are_refused()
    {
        await _grains.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _grains.Get<IProbeGrain>("a").EnterAsync("late"));
    }

    private void OpenAll(params string[] names) => Array.ForEach(names, _script.Open);
}
