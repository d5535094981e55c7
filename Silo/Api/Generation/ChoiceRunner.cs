using System.Collections.Immutable;
using System.Threading.Channels;
using Preble.Actors;
using Preble.Core.Tokens;

namespace Preble.Api;

/// <summary>
/// Runs one choice to its end: places it, streams from the worker, and goes on elsewhere when a worker is lost, failed or drained,
/// from prompt and tokens so far. Every placement is completed, whatever happens.
/// </summary>
internal sealed partial class ChoiceRunner(IGrains grains, ApiModel model, RequestGate gate, ILogger<ChoiceRunner> log)
{
    /// <summary>Writes the choice's events; the last one has its end. A cancelled choice has none: nobody listens any more.</summary>
    public async Task RunAsync(GenerationPlan plan, int choice, ChannelWriter<ChoiceEvent> events, CancellationToken cancellation)
    {
        var run = new Run(plan, choice, new OutputText(model.Tokenizer, plan.Settings.Stops), events);
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, gate.Closed);
            await run.EndAsync(await PlaceAndStreamAsync(run, either.Token), cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The client is gone; the worker has been told by the same token.
        }
        catch (OperationCanceledException) when (gate.Closed.IsCancellationRequested)
        {
            await run.EndAsync(run.Failed(ApiErrors.Draining()), cancellation);
        }
    }

    private async Task<ChoiceEnd> PlaceAndStreamAsync(Run run, CancellationToken cancellation)
    {
        var excluded = ImmutableArray<WorkerId>.Empty;
        ApiError? trouble = null;
        var refusals = 0;
        for (var attempt = 1; attempt <= ApiLimits.PlacementAttempts; attempt++)
        {
            var prompt = run.Output.After(run.Plan.Prompt);
            var request = run.RequestId(attempt);
            var query = new PlacementQuery(request, Blocks(run, prompt), prompt.Length, run.TokensLeft, excluded);
            var placement = await grains.Get<ISchedulerGrain>(model.Id.Value).PlaceAsync(query, cancellation);
            if (placement.Ticket is not { } ticket)
            {
                // With every worker tried, what the last one said is the better answer.
                return run.Failed(trouble ?? ApiErrors.Of(placement.Rejection!, run.Plan.Name));
            }

            run.Worker = ticket.Worker;
            var attempted = await StreamAsync(run, request, prompt, cancellation);
            if (attempted.End is { } end)
            {
                return end;
            }

            trouble = attempted.Trouble!;
            refusals += trouble.Status == StatusCodes.Status429TooManyRequests ? 1 : 0;
            LogNextAttempt(request, ticket.Worker, attempt, trouble.Code);
            if (refusals > ApiLimits.QueueFullRetries)
            {
                break;
            }

            excluded = excluded.Add(ticket.Worker);
        }

        return run.Failed(trouble!);
    }

    private ImmutableArray<BlockHash> Blocks(Run run, ImmutableArray<int> prompt) =>
        prompt.Length == run.Plan.Prompt.Length
            ? run.Plan.Blocks
            : BlockHasher.Hash(prompt.AsSpan(), model.BlockSize, run.Plan.Settings.CacheSalt);

    private async Task<Attempt> StreamAsync(Run run, RequestId request, ImmutableArray<int> prompt, CancellationToken cancellation)
    {
        // Its own source, because a stop string ends this worker's work and not the request.
        using var worker = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var before = run.Output.TokenCount;
        var attempt = new Attempt();
        try
        {
            var settings = run.Plan.Settings;
            var command = new GenerateCommand(
                request, prompt, run.TokensLeft, [.. model.Tokenizer.EndTokens], settings.ForChoice(run.Choice), settings.CacheSalt, before);
            var chunks = grains.Get<IWorkerGrain>(run.Worker.Value).GenerateAsync(command, worker.Token);
            await foreach (var chunk in chunks.WithCancellation(worker.Token))
            {
                await TakeAsync(run, attempt, chunk, cancellation);
                if (attempt.IsOver)
                {
                    // Before the stream is left, so that a worker that is still generating stops now.
                    await worker.CancelAsync();
                    break;
                }
            }

            attempt.Trouble ??= attempt.IsOver ? null : ApiErrors.WorkerFailed(run.Plan.Name);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // Whatever a lost worker looks like from here, the request can go on elsewhere.
            LogWorkerLost(failure, request, run.Worker);
            attempt.Trouble = ApiErrors.WorkerFailed(run.Plan.Name);
        }
        finally
        {
            var output = run.Output.TokenCount - before;
            await CompleteAsync(new RequestCompletion(
                request, run.Worker, prompt.Length, attempt.CachedTokens, output, attempt.QueueSeconds, attempt.Succeeded));
        }

        return attempt;
    }

    private static async Task TakeAsync(Run run, Attempt attempt, TokenChunk chunk, CancellationToken cancellation)
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
            await run.Events.WriteAsync(new ChoiceEvent(run.Choice, text, run.Output.TokenCount - before, run.Worker), cancellation);
        }

        attempt.Take(chunk.Finish, run);
    }

    private async Task CompleteAsync(RequestCompletion completion)
    {
        try
        {
            await grains.Get<ISchedulerGrain>(model.Id.Value).CompleteAsync(completion);
        }
        catch (Exception failure)
        {
            // The answer does not depend on it, and the scheduler drops bookings that are never completed.
            LogCompletionLost(failure, completion.Request);
        }
    }
}
