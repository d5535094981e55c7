namespace Preble.Api;

internal sealed partial class ChoiceRunner
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {Request} is placed again: worker {Worker}, attempt {Attempt}, {Code}")]
    private partial void LogNextAttempt(RequestId request, WorkerId worker, int attempt, string? code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The stream of request {Request} from worker {Worker} broke")]
    private partial void LogWorkerLost(Exception failure, RequestId request, WorkerId worker);
}
