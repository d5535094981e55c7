using System.Collections.Immutable;
using Preble.Actors;
using Preble.Actors.Workers;
using Preble.Actors.Telemetry;
using Preble.Core.Tokens;

namespace Preble.Api;

/// <summary>
/// Runs one choice to its end: streams from the worker of its request, and goes on elsewhere when that worker refuses, is lost, failed or
/// drained, from prompt and tokens so far. Every placement is completed, whatever happens.
/// </summary>
internal sealed partial class ChoiceRunner(
    IGrains grains, Placer placer, WorkerWatch watch, SchedulerNews news, TimeProvider time, ApiInstruments instruments,
    ILogger<ChoiceRunner> log)
{
    /// <summary>One placement for all choices of a request. Cancelled by <see cref="RequestRun.Stop"/>.</summary>
    public Task<Placed> PlaceAsync(RequestRun request)
    {
        var plan = request.Plan;
        return request.PastDeadline
            ? Task.FromCanceled<Placed>(new CancellationToken(canceled: true))
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
        var tried = new Tries();
        for (var attempt = 1; ; attempt++)
        {
            var prompt = run.Output.After(run.Plan.Prompt);
            var placed = await PlaceAsync(run, attempt, prompt, tried.Excluded);
            if (placed.Result?.Ticket is not { } ticket)
            {
                // With every worker tried, what the last one said is the better answer.
                return run.Failed(tried.Trouble ?? (placed.Result is { } refused ? ApiErrors.Of(refused.Rejection!, run.Plan.Name) : ApiErrors.NoScheduler()));
            }

            if (tried.Trouble is { } trouble && run.Output.TokenCount > 0)
            {
                instruments.Resumed(run.Plan.Model, trouble);
            }

            // All choices are booked together, and completed where and as they were booked.
            var name = placed.Names[attempt == 1 ? run.Choice : 0];
            (run.Worker, run.PriorityShift) = (ticket.Worker, ticket.PriorityShift);
            var before = run.Output.TokenCount;
            var attempted = await StreamAsync(run, placed.Scheduler, name, prompt);
            if (attempted.End is { } end)
            {
                return end;
            }

            LogNextAttempt(name, ticket.Worker, attempt, attempted.Trouble!.Code);
            ChatSpan.PlacedAgain(ticket.Worker, attempted.Trouble);
            if (!tried.MayGoOn(ticket.Worker, attempted.Trouble, run.Output.TokenCount > before))
            {
                return run.Failed(tried.Trouble!);
            }

            if (run.Request.PastDeadline)
            {
                return run.TimedOut();
            }
        }
    }

    /// <summary>The first placement is that of all choices; later ones are each choice's own.</summary>
    private Task<Placed> PlaceAsync(Run run, int attempt, ImmutableArray<int> prompt, ImmutableArray<WorkerId> excluded) => attempt == 1
        ? run.Request.Placement
        : PlaceAsync(run.Request, new PlacementQuery(run.RequestId(attempt), Blocks(run, prompt), prompt.Length, run.TokensLeft, excluded));

    private static ImmutableArray<BlockHash> Blocks(Run run, ImmutableArray<int> prompt) => prompt.Length == run.Plan.Prompt.Length
        ? run.Plan.Blocks
        : BlockHasher.Hash(prompt.AsSpan(), run.Plan.Model.BlockSize, run.Plan.Settings.CacheSalt);

    private async Task<Placed> PlaceAsync(RequestRun request, PlacementQuery query)
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
        return await placer.PlaceAsync(request.Plan.Model.Id, asked, stop.Token);
    }

    private async Task<Attempt> StreamAsync(Run run, ISchedulerGrain scheduler, RequestId name, ImmutableArray<int> prompt)
    {
        var before = run.Output.TokenCount;
        var start = time.GetTimestamp();
        var attempt = new Attempt();
        WorkerStream? stream = null;
        try
        {
            stream = new WorkerStream(grains, watch, run.Worker, Command(run, name, prompt), log, run.Request.Stop);
            while (!attempt.IsOver && await stream.NextAsync() is { } chunk)
            {
                if (chunk.Tokens.Length > 0 && attempt.FirstTokenSeconds == 0)
                {
                    attempt.FirstTokenSeconds = time.GetElapsedTime(start).TotalSeconds;
                }

                await TakeAsync(run, attempt, chunk);
            }

            attempt.Trouble ??= attempt.IsOver ? null : ApiErrors.WorkerFailed(run.Plan.Name);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !run.Request.Stop.IsCancellationRequested)
        {
            // Whatever a lost worker looks like from here, the request can go on elsewhere.
            if (failure is not WorkerLostException)
            {
                LogWorkerLost(failure, name, run.Worker);
            }

            attempt.Trouble = ApiErrors.WorkerFailed(run.Plan.Name);
            if (failure is WorkerGoneException)
            {
                news.Lose(run.Plan.Model.Id, run.Worker);
            }
        }
        finally
        {
            // A worker that is still generating stops now.
            stream?.Leave();
            var output = run.Output.TokenCount - before;
            news.Complete(scheduler, new RequestCompletion(
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
        attempt.TakeGuesses(chunk, run);
        var before = run.Output.TokenCount;
        var text = run.Output.Append(chunk.Tokens);
        if (text.Length > 0 || run.Output.TokenCount > before)
        {
            run.Request.NoteOutput();
            await run.WriteAsync(new ChoiceEvent(run.Choice, text, run.Output.TokenCount - before, run.Worker));
        }

        attempt.Take(chunk.Finish, run);
    }
}
