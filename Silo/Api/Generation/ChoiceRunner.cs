using System.Collections.Immutable;
using System.Threading.Channels;
using Preble.Actors;
using Preble.Actors.Workers;
using Preble.Actors.Telemetry;
using Preble.Core.Placement.Sharding;
using Preble.Core.Tokens;

namespace Preble.Api;

/// <summary>
/// Runs one choice to its end: streams from the worker of its request, and goes on elsewhere when that worker refuses, is lost, failed or
/// drained, from prompt and tokens so far. Every placement is completed, whatever happens.
/// </summary>
internal sealed partial class ChoiceRunner(
    IGrains grains, SchedulerShards shards, TimeProvider time, ApiInstruments instruments, ILogger<ChoiceRunner> log)
{
    /// <summary>One placement for all choices of a request. Cancelled by <see cref="RequestRun.Stop"/>.</summary>
    public Task<PlacementResult> PlaceAsync(RequestRun request)
    {
        var plan = request.Plan;
        return request.PastDeadline
            ? Task.FromCanceled<PlacementResult>(new CancellationToken(canceled: true))
            : PlaceAsync(
                request,
                new PlacementQuery(
                    request.Names[0], plan.Blocks, plan.Prompt.Length, plan.MaxOutputTokens, [], request.Names[1..]));
    }

    /// <summary>Writes the choice's events; the last one has its end. A cancelled choice has none: nobody listens any more.</summary>
    public async Task RunAsync(RequestRun request, int choice)
    {
        var run = new Run(request, choice, new OutputText(request.Plan.Model.Tokenizer, request.Plan.Settings.Stops));
        try
        {
            await run.EndAsync(await PlaceAndStreamAsync(run));
        }
        catch (OperationCanceledException) when (request.ClientGone)
        {
            // The client is gone; the worker has been told by the same token.
        }
        catch (OperationCanceledException) when (request.ServerCloses)
        {
            await run.EndAsync(run.Failed(ApiErrors.Draining()));
        }
        catch (OperationCanceledException) when (request.PastDeadline)
        {
            await run.EndAsync(run.TimedOut());
        }
    }

    private async Task<ChoiceEnd> PlaceAndStreamAsync(Run run)
    {
        var excluded = ImmutableArray<WorkerId>.Empty;
        ApiError? trouble = null;
        var refusals = 0;
        for (var attempt = 1; attempt <= ApiLimits.PlacementAttempts; attempt++)
        {
            var prompt = run.Output.After(run.Plan.Prompt);
            var name = run.RequestId(attempt);

            // All choices are booked by the name of the first, and completed where they were booked.
            var query = attempt == 1
                ? new PlacementQuery(run.Request.Names[0], run.Plan.Blocks, prompt.Length, run.TokensLeft, excluded)
                : new PlacementQuery(name, Blocks(run, prompt), prompt.Length, run.TokensLeft, excluded);
            var placement = await (attempt == 1 ? run.Request.Placement : PlaceAsync(run.Request, query));
            if (placement.Ticket is not { } ticket)
            {
                // With every worker tried, what the last one said is the better answer.
                return run.Failed(trouble ?? ApiErrors.Of(placement.Rejection!, run.Plan.Name));
            }

            if (trouble is not null && run.Output.TokenCount > 0)
            {
                instruments.Resumed(run.Plan.Model, trouble);
            }

            (run.Worker, run.PriorityShift) = (ticket.Worker, ticket.PriorityShift);
            var attempted = await StreamAsync(run, Scheduler(run.Plan, query), name, prompt);
            if (attempted.End is { } end)
            {
                return end;
            }

            trouble = attempted.Trouble!;
            refusals += trouble.Status == StatusCodes.Status429TooManyRequests ? 1 : 0;
            LogNextAttempt(name, ticket.Worker, attempt, trouble.Code);
            ChatSpan.PlacedAgain(ticket.Worker, trouble);
            if (refusals > ApiLimits.QueueFullRetries)
            {
                break;
            }

            if (run.Request.PastDeadline)
            {
                return run.TimedOut();
            }

            excluded = excluded.Add(ticket.Worker);
        }

        return run.Failed(trouble!);
    }

    private static ImmutableArray<BlockHash> Blocks(Run run, ImmutableArray<int> prompt) => prompt.Length == run.Plan.Prompt.Length
        ? run.Plan.Blocks
        : BlockHasher.Hash(prompt.AsSpan(), run.Plan.Model.BlockSize, run.Plan.Settings.CacheSalt);

    private async Task<PlacementResult> PlaceAsync(RequestRun request, PlacementQuery query)
    {
        var settings = request.Plan.Settings;
        var asked = query with
        {
            Priority = settings.Priority,
            Tenant = settings.Tenant,
            SessionHash = settings.SessionHash,
            TtftTargetSeconds = settings.TtftTargetSeconds,
            Trace = Spans.Current,
        };

        // One that waits at the scheduler has no worker yet that could keep its deadline.
        using var deadline = request.Plan.Deadline?.Guard(ApiLimits.PlacementGraceSeconds);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(request.Stop, deadline?.Token ?? CancellationToken.None);
        return await Scheduler(request.Plan, query).PlaceAsync(asked, stop.Token);
    }

    private ISchedulerGrain Scheduler(GenerationPlan plan, PlacementQuery query) =>
        grains.Get<ISchedulerGrain>(shards.KeyOf(plan.Model.Id, query));

    private async Task<Attempt> StreamAsync(Run run, ISchedulerGrain scheduler, RequestId name, ImmutableArray<int> prompt)
    {
        // Its own source, because a stop string ends this worker's work and not the request.
        using var worker = CancellationTokenSource.CreateLinkedTokenSource(run.Request.Stop);
        var before = run.Output.TokenCount;
        var start = time.GetTimestamp();
        var attempt = new Attempt();
        try
        {
            var chunks = grains.Generate(run.Worker, Command(run, name, prompt), worker.Token);
            await foreach (var chunk in chunks.WithCancellation(worker.Token))
            {
                if (chunk.Tokens.Length > 0 && attempt.FirstTokenSeconds == 0)
                {
                    attempt.FirstTokenSeconds = time.GetElapsedTime(start).TotalSeconds;
                }

                await TakeAsync(run, attempt, chunk);
                if (attempt.IsOver)
                {
                    // Before the stream is left, so that a worker that is still generating stops now.
                    await worker.CancelAsync();
                    break;
                }
            }

            attempt.Trouble ??= attempt.IsOver ? null : ApiErrors.WorkerFailed(run.Plan.Name);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !run.Request.Stop.IsCancellationRequested)
        {
            // Whatever a lost worker looks like from here, the request can go on elsewhere.
            LogWorkerLost(failure, name, run.Worker);
            attempt.Trouble = ApiErrors.WorkerFailed(run.Plan.Name);
        }
        finally
        {
            var output = run.Output.TokenCount - before;
            await CompleteAsync(scheduler, new RequestCompletion(
                name, run.Worker, prompt.Length, attempt.CachedTokens, output, attempt.QueueSeconds, attempt.Succeeded)
            {
                TtftSeconds = attempt.FirstTokenSeconds,
            });
        }

        return attempt;
    }

    private GenerateCommand Command(Run run, RequestId name, ImmutableArray<int> prompt)
    {
        var settings = run.Plan.Settings;
        return new GenerateCommand(
            name, prompt, run.TokensLeft, [.. run.Plan.Model.Tokenizer.EndTokens], settings.ForChoice(run.Choice), settings.CacheSalt, run.Output.TokenCount)
        {
            Priority = settings.Priority + run.PriorityShift,
            Tenant = settings.Tenant,

            // What is left of it; one that passes just now ends at the worker's next step.
            TimeoutSeconds = run.Plan.Deadline is { } deadline ? Math.Max(ApiLimits.ShortestTimeoutSeconds, deadline.RemainingSeconds) : 0,
            PinSeconds = settings.PinSeconds,
            Trace = Spans.Current,
        };
    }

    private static async Task TakeAsync(Run run, Attempt attempt, TokenChunk chunk)
    {
        if (chunk.Rejection is { } rejection)
        {
            attempt.Take(rejection, run);
            return;
        }

        (attempt.CachedTokens, attempt.QueueSeconds) = (chunk.CachedTokens, chunk.QueueSeconds);
        run.CachedTokens ??= chunk.CachedTokens;
        var before = run.Output.TokenCount;
        var text = run.Output.Append(chunk.Tokens);
        if (text.Length > 0 || run.Output.TokenCount > before)
        {
            run.Request.NoteOutput();
            await run.WriteAsync(new ChoiceEvent(run.Choice, text, run.Output.TokenCount - before, run.Worker));
        }

        attempt.Take(chunk.Finish, run);
    }

    private async Task CompleteAsync(ISchedulerGrain scheduler, RequestCompletion completion)
    {
        try
        {
            await scheduler.CompleteAsync(completion);
        }
        catch (Exception failure)
        {
            // The answer does not depend on it, and the scheduler drops bookings that are never completed.
            LogCompletionLost(failure, completion.Request);
        }
    }
}
