using System.Net;
using System.Text.Json;
using Preble.Api.Tests.Fakes;
using Preble.Testing;

namespace Preble.Api.Tests;

/// <summary>A scheduler whose process dies, stands still or comes up elsewhere, as requests and probes see it.</summary>
public sealed class LostSchedulerTests
{
    private const string Question = """{"model":"tiny","prompt":"Hi","max_tokens":12}""";
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    private readonly ManualTimeProvider _time = new();
    private readonly ScriptedGrains _grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop, "yes"));

    [Fact]
    public async Task A_placement_that_fails_with_its_process_is_made_again_under_another_name()
    {
        _grains.PlacementTroubles.Enqueue(() => throw new Orleans.Runtime.SiloUnavailableException("planted"));
        _grains.PlacementTroubles.Enqueue(() => throw new TimeoutException("planted"));
        await using var host = await ApiHost.StartAsync(_grains, _time, patience: new ContactOptions { SchedulerPatience = TimeSpan.FromDays(1) });
        var asking = host.PostAsync("/v1/completions", Question.Replace("12", "12,\"n\":2", StringComparison.Ordinal));
        await AdvanceAsync(() => !asking.IsCompleted);
        using var response = await Wait.ForAsync(asking, "the answer");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(3, _grains.Queries.Select(query => query.Request).Distinct().Count());

        // Started and completed by the names that it was booked under, at the scheduler that booked them.
        var booked = _grains.Queries.Last();
        var names = booked.Siblings.Prepend(booked.Request).Select(name => name.Value).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(names, _grains.Commands.Select(sent => sent.Command.Request.Value).Order(StringComparer.Ordinal));
        Assert.Equal(names, _grains.Completions.Select(completion => completion.Request.Value).Order(StringComparer.Ordinal));
        Assert.Single(_grains.Schedulers.Distinct());
    }

    [Fact]
    public async Task A_frozen_scheduler_is_left_and_what_it_books_late_is_given_back()
    {
        var thaw = new TaskCompletionSource();
        _grains.PlacementTroubles.Enqueue(() => thaw.Task);
        _grains.Asking = thaw;
        await using var host = await ApiHost.StartAsync(_grains, _time, patience: new ContactOptions { SchedulerPatience = TimeSpan.FromDays(1) });
        var asking = host.PostAsync("/v1/completions", Question);
        await Wait.UntilAsync(() => _grains.Queries.Count == 1, "the first call");
        await AdvanceAsync(() => _grains.Queries.Count == 1);
        using var response = await Wait.ForAsync(asking, "the answer");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var late = _grains.Queries.First().Request;
        Assert.DoesNotContain(late, _grains.Completions.Select(completion => completion.Request));
        thaw.SetResult();
        await Wait.UntilAsync(() => _grains.Completions.Any(completion => completion.Request == late && !completion.Succeeded), "the booking to be given back");
    }

    [Fact]
    public async Task A_scheduler_that_answers_may_let_a_request_wait()
    {
        _grains.Placing = new TaskCompletionSource();
        await using var host = await ApiHost.StartAsync(_grains, _time);
        var asking = host.PostAsync("/v1/completions", Question);
        await Wait.UntilAsync(() => _grains.Queries.Count == 1, "the call");
        var left = 400;
        await AdvanceAsync(() => left-- > 0);
        _grains.Placing.SetResult();
        using var response = await Wait.ForAsync(asking, "the answer");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(_grains.Queries);
    }

    [Fact]
    public async Task Who_waits_too_long_for_a_scheduler_is_told_so_and_when_to_come_again()
    {
        Enumerable.Range(0, 1000).ToList().ForEach(_ => _grains.PlacementTroubles.Enqueue(() => throw new Orleans.Runtime.SiloUnavailableException("planted")));
        await using var host = await ApiHost.StartAsync(_grains, _time);
        var asking = host.PostAsync("/v1/completions", Question);
        await Wait.UntilAsync(() => !_grains.Queries.IsEmpty, "the call");
        var start = _time.GetTimestamp();
        await AdvanceAsync(() => !asking.IsCompleted);
        using var response = await Wait.ForAsync(asking, "the answer");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "no_scheduler"), (response.StatusCode, await ApiErrorTests.CodeAsync(response)));
        Assert.True(response.Headers.Contains("Retry-After"));
        Assert.True(_time.GetElapsedTime(start) > new ContactOptions().SchedulerPatience - Step, "it was refused early");
        Assert.Empty(_grains.Completions);
    }

    [Fact]
    public async Task The_client_s_own_deadline_ends_the_wait()
    {
        Enumerable.Range(0, 1000).ToList().ForEach(_ => _grains.PlacementTroubles.Enqueue(() => throw new Orleans.Runtime.SiloUnavailableException("planted")));
        await using var host = await ApiHost.StartAsync(_grains, _time);
        var asking = host.PostAsync("/v1/completions", Question.Replace("12", "12,\"timeout\":5", StringComparison.Ordinal));
        await Wait.UntilAsync(() => !_grains.Queries.IsEmpty, "the call");
        await AdvanceAsync(() => !asking.IsCompleted);
        using var response = await Wait.ForAsync(asking, "the answer");
        Assert.Equal("request_timeout", await ApiErrorTests.CodeAsync(response));
    }

    [Fact]
    public async Task A_mistake_of_ours_is_not_tried_again()
    {
        _grains.PlacementTroubles.Enqueue(() => throw new InvalidOperationException("planted"));
        await using var host = await ApiHost.StartAsync(_grains, _time);
        using var response = await Wait.ForAsync(host.PostAsync("/v1/completions", Question), "the answer");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Single(_grains.Queries);
    }

    [Fact]
    public async Task No_answer_waits_for_a_completion()
    {
        _grains.Completing = new TaskCompletionSource();
        await using var host = await ApiHost.StartAsync(_grains, _time);
        using var response = await Wait.ForAsync(host.PostAsync("/v1/completions", Question), "the answer");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Wait.UntilAsync(() => host.Gate.Inside == 0, "the request has left");
        Assert.Single(_grains.Completions);
    }

    [Theory]
    [InlineData("/health/ready", "no scheduler")]
    [InlineData("/admin/placements", "no_scheduler")]
    public async Task Probes_and_questions_do_not_wait_for_a_scheduler_that_is_away(string path, string word)
    {
        _grains.Asking = new TaskCompletionSource();
        await using var host = await ApiHost.StartAsync(_grains, _time);
        var asking = host.Http.GetAsync(path);
        await AdvanceAsync(() => !asking.IsCompleted);
        using var response = await Wait.ForAsync(asking, "the answer");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains(word, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        _grains.Asking.SetResult();
        _grains.Asking = null;
        using var after = await Wait.ForAsync(host.Http.GetAsync(path), "the answer afterwards");
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    /// <summary>Lets time go on, whether or not everything that fell due has had its effect.</summary>
    private Task AdvanceAsync(Func<bool> goOn) => Wait.UntilAsync(
        () =>
        {
            _time.Advance(Step);
            return !goOn();
        },
        "what time brings about");
}
