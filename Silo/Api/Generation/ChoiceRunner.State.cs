namespace Preble.Api;

internal sealed partial class ChoiceRunner
{
    /// <summary>What one choice has come to, over all its attempts.</summary>
    private sealed class Run(RequestRun request, int choice, OutputText output)
    {
        public RequestRun Request => request;

        public GenerationPlan Plan => request.Plan;

        public int Choice => choice;

        public OutputText Output => output;

        public WorkerId Worker { get; set; }

        /// <summary>What the scheduler adds to the request's priority.</summary>
        public int PriorityShift { get; set; }

        /// <summary>Of the first attempt: what a later one finds cached is the first one's own work.</summary>
        public int? CachedTokens { get; set; }

        /// <summary>Over all attempts: each worker has guessed for itself.</summary>
        public int DraftedTokens { get; set; }

        public int AcceptedTokens { get; set; }

        public int TokensLeft => Plan.MaxOutputTokens - output.TokenCount;

        public RequestId RequestId(int attempt) => new($"{request.Names[choice]}-{attempt}");

        public ChoiceEnd Finished(string reason) => End(reason, null);

        public ChoiceEnd Failed(ApiError error) => End(null, error);

        /// <summary>The answer so far, if the request has any: clients know no reason of the end that is nearer than "length".</summary>
        public ChoiceEnd TimedOut() =>
            request.HasOutput ? Finished("length") : Failed(ApiErrors.TimedOut(Plan.Settings.TimeoutSeconds));

        private ChoiceEnd End(string? reason, ApiError? error) =>
            new(reason, CachedTokens ?? 0, output.TokenCount, error) { DraftedTokens = DraftedTokens, AcceptedTokens = AcceptedTokens };

        public ValueTask WriteAsync(ChoiceEvent choiceEvent) => request.Events.WriteAsync(choiceEvent, request.Stop);

        /// <summary>Written even when the work has been stopped, as long as somebody listens.</summary>
        public ValueTask EndAsync(ChoiceEnd end) => request.Events.WriteAsync(
            new ChoiceEvent(choice, end.Error is null ? output.Flush() : "", 0, Worker, end), request.Client);
    }

    /// <summary>One stream from one worker: it gave the choice its end, or it was in trouble and another worker may be asked.</summary>
    private sealed class Attempt
    {
        public int CachedTokens { get; set; }

        public double QueueSeconds { get; set; }

        public int DraftedTokens { get; private set; }

        public int AcceptedTokens { get; private set; }

        /// <summary>From the worker's being asked to its first token; 0 before it.</summary>
        public double FirstTokenSeconds { get; set; }

        public ChoiceEnd? End { get; private set; }

        public ApiError? Trouble { get; set; }

        public bool Succeeded => End is { Error: null };

        public bool IsOver => End is not null || Trouble is not null;

        /// <summary>A chunk counts from the attempt's beginning, the run from the first attempt's.</summary>
        public void TakeGuesses(TokenChunk chunk, Run run)
        {
            run.DraftedTokens += chunk.DraftedTokens - DraftedTokens;
            run.AcceptedTokens += chunk.AcceptedTokens - AcceptedTokens;
            (DraftedTokens, AcceptedTokens) = (chunk.DraftedTokens, chunk.AcceptedTokens);
        }

        public void Take(Rejection rejection, Run run)
        {
            var error = ApiErrors.Of(rejection, run.Plan.Name);
            if (rejection.Reason is RejectionReason.QueueFull or RejectionReason.Draining or RejectionReason.NoWorker)
            {
                Trouble = error;
            }
            else
            {
                // No other worker would think differently.
                End = run.Failed(error);
            }
        }

        public void Take(FinishReason? finish, Run run)
        {
            if (run.Output.Stopped)
            {
                End = run.Finished("stop");
                return;
            }

            switch (finish)
            {
                case null:
                    break;
                case FinishReason.Stop:
                    End = run.Finished("stop");
                    break;
                case FinishReason.Length:
                    End = run.Finished("length");
                    break;
                case FinishReason.TimedOut:
                    End = run.TimedOut();
                    break;
                case FinishReason.SlowReader:
                    End = run.Failed(ApiErrors.SlowReader());
                    break;
                case FinishReason.Drained when run.TokensLeft > 0:
                    Trouble = ApiErrors.Draining();
                    break;
                case FinishReason.Error or FinishReason.Cancelled when run.TokensLeft > 0:
                    // Nobody here asked it to cancel, so that is a failure, too.
                    Trouble = ApiErrors.WorkerFailed(run.Plan.Name);
                    break;
                default:
                    // Nothing is left to generate, so the trouble no longer matters.
                    End = run.Finished("length");
                    break;
            }
        }
    }
}
