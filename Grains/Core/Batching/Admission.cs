namespace Preble.Core.Batching;

/// <summary>The requests that a worker refuses at once, each with a sentence that carries the numbers.</summary>
public static class Admission
{
    private const double RetrySeconds = 1;

    /// <summary>What is wrong with the request itself; null when nothing is.</summary>
    public static Rejection? Check(GenerateCommand command, WorkerCoreOptions options)
    {
        if (command.Prompt.IsDefaultOrEmpty)
        {
            return Invalid("The prompt has no tokens; at least one is needed.");
        }

        if (command.MaxOutputTokens < 1)
        {
            return Invalid($"The output limit is {command.MaxOutputTokens} tokens; it must be at least 1.");
        }

        if ((uint)command.OutputTokensInPrompt > (uint)command.Prompt.Length)
        {
            return Invalid(
                $"The prompt has {command.Prompt.Length} tokens, of which {command.OutputTokensInPrompt} are said to be earlier output; it must be 0 to all.");
        }

        // Written so that a value that is not a number is refused.
        if (!(command.TimeoutSeconds is >= 0 and <= Limits.TimeoutSeconds))
        {
            return Invalid($"The time-out is {command.TimeoutSeconds} seconds; it must be 0, for none, to {Limits.TimeoutSeconds}.");
        }

        if (!(command.PinSeconds is >= 0 and <= Limits.PinSeconds))
        {
            return Invalid($"The pin is for {command.PinSeconds} seconds; it must be 0, for none, to {Limits.PinSeconds}.");
        }

        foreach (var token in command.Prompt)
        {
            if ((uint)token >= (uint)options.VocabularySize)
            {
                return Invalid($"The prompt has the token id {token}; ids run from 0 to {options.VocabularySize - 1}.");
            }
        }

        if (Sampling(command.Sampling) is { } wrong)
        {
            return wrong;
        }

        // Prompts only: an output limit beyond the end is a limit, not a need, and the sequence then ends with Length.
        return command.Prompt.Length < options.SequenceTokens ? null : TooLong(command.Prompt.Length, options);
    }

    public static Rejection Duplicate(RequestId request) =>
        new(RejectionReason.DuplicateRequest, $"The request {request} is being worked on already.");

    public static Rejection Draining() =>
        new(RejectionReason.Draining, "The worker is draining and accepts nothing new.", RetrySeconds);

    /// <param name="waiting">Requests that wait.</param>
    /// <param name="drainSeconds">Until all that was accepted has ended; half of it empties about half of the queue.</param>
    public static Rejection QueueFull(int waiting, double drainSeconds) => new(
        RejectionReason.QueueFull,
        $"The worker's queue is full: {waiting} requests wait.",
        Math.Ceiling(Math.Clamp(drainSeconds / 2, RetrySeconds, Limits.RetrySeconds)));

    /// <summary>The engine's own bounds, checked here because the engine can only refuse a whole step, and everybody's in it.</summary>
    private static Rejection? Sampling(SamplingOptions sampling) =>
        // Written so that a value that is not a number is refused.
        !(sampling.Temperature is >= 0 and < float.PositiveInfinity) ? OutOfRange("temperature", sampling.Temperature)
        : !(sampling.TopP is > 0 and <= 1) ? OutOfRange("top_p", sampling.TopP)
        : !(sampling.MinP is >= 0 and <= 1) ? OutOfRange("min_p", sampling.MinP)
        : sampling.TopK < 0 ? OutOfRange("top_k", sampling.TopK)
        : !(sampling.RepetitionPenalty is > 0 and < float.PositiveInfinity) ? OutOfRange("repetition_penalty", sampling.RepetitionPenalty)
        : !float.IsFinite(sampling.PresencePenalty) ? OutOfRange("presence_penalty", sampling.PresencePenalty)
        : !float.IsFinite(sampling.FrequencyPenalty) ? OutOfRange("frequency_penalty", sampling.FrequencyPenalty)
        : null;

    private static Rejection OutOfRange(string name, float value) => Invalid($"The sampling's {name} of {value} is out of range.");

    private static Rejection Invalid(string message) => new(RejectionReason.InvalidRequest, message);

    private static Rejection TooLong(int promptTokens, WorkerCoreOptions options)
    {
        var reason = options.SequenceTokens == options.ContextTokens
            ? $"the model's context is {options.ContextTokens} tokens"
            : $"the worker's KV cache holds {options.SequenceTokens} tokens";
        return new(RejectionReason.PromptTooLong, $"The prompt has {promptTokens} tokens; {reason}, and one must be left for the output.");
    }
}
