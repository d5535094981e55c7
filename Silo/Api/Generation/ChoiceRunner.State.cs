using System.Threading.Channels;

namespace Preble.Api;

internal sealed partial class ChoiceRunner
{
    /// <summary>What one choice has come to, over all its attempts.</summary>
    private sealed class Run(GenerationPlan plan, int choice, OutputText output, ChannelWriter<ChoiceEvent> events)
    {
        public GenerationPlan Plan => plan;

        public int Choice => choice;

        public OutputText Output => output;

        public ChannelWriter<ChoiceEvent> Events => events;

        public WorkerId Worker { get; set; }

        /// <summary>Of the first attempt: what a later one finds cached is the first one's own work.</summary>
        public int? CachedTokens { get; set; }

        public int TokensLeft => plan.MaxOutputTokens - output.TokenCount;

        public RequestId RequestId(int attempt) => new(attempt == 1 ? $"{plan.Name}-{choice}" : $"{plan.Name}-{choice}-{attempt}");

        public ChoiceEnd Finished(string reason) => new(reason, CachedTokens ?? 0, output.TokenCount);

        public ChoiceEnd Failed(ApiError error) => new(null, CachedTokens ?? 0, output.TokenCount, error);

        public ValueTask EndAsync(ChoiceEnd end, CancellationToken cancellation) =>
            events.WriteAsync(new ChoiceEvent(choice, end.Error is null ? output.Flush() : "", 0, Worker, end), cancellation);
    }

    /// <summary>One stream from one worker: it gave the choice its end, or it was in trouble and another worker may be asked.</summary>
    private sealed class Attempt
    {
        public int CachedTokens { get; set; }

        public double QueueSeconds { get; set; }

        public ChoiceEnd? End { get; private set; }

        public ApiError? Trouble { get; set; }

        public bool Succeeded => End is { Error: null };

        public bool IsOver => End is not null || Trouble is not null;

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
                case FinishReason.Cancelled:
                    // We did not ask for it, so the worker did it on its own: nobody took the tokens.
                    End = run.Failed(ApiErrors.SlowReader());
                    break;
                case FinishReason.Drained when run.TokensLeft > 0:
                    Trouble = ApiErrors.Draining();
                    break;
                case FinishReason.Error when run.TokensLeft > 0:
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
