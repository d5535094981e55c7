namespace Preble.Api;

/// <summary>The one table from what went wrong to status, type and code, and the sentences that go with them.</summary>
internal static class ApiErrors
{
    private const string InvalidRequest = "invalid_request_error";
    private const string RateLimit = "rate_limit_error";
    private const string Server = "server_error";
    private const string Timeout = "timeout_error";

    /// <summary>The table. Clients branch on type and code, so a row changes only with the API's version.</summary>
    public static (int Status, string Type, string? Code) Row(ApiErrorKind kind) => kind switch
    {
        ApiErrorKind.MalformedBody => (400, InvalidRequest, "malformed_body"),
        ApiErrorKind.WrongType => (400, InvalidRequest, "invalid_type"),
        ApiErrorKind.MissingParameter => (400, InvalidRequest, "missing_required_parameter"),
        ApiErrorKind.InvalidValue => (400, InvalidRequest, "invalid_value"),
        ApiErrorKind.Unsupported => (400, InvalidRequest, "unsupported_parameter"),
        ApiErrorKind.ContextExceeded => (400, InvalidRequest, "context_length_exceeded"),
        ApiErrorKind.InvalidApiKey => (401, InvalidRequest, "invalid_api_key"),
        ApiErrorKind.UnknownModel => (404, InvalidRequest, "model_not_found"),
        ApiErrorKind.UnknownPlacement => (404, InvalidRequest, "placement_not_found"),
        ApiErrorKind.UnknownRoute => (404, InvalidRequest, "unknown_url"),
        ApiErrorKind.WrongMethod => (405, InvalidRequest, "method_not_allowed"),
        ApiErrorKind.BodyTooLarge => (413, InvalidRequest, "body_too_large"),
        ApiErrorKind.QueueFull => (429, RateLimit, "queue_full"),
        ApiErrorKind.NoWorker => (503, Server, "no_worker"),
        ApiErrorKind.NoScheduler => (503, Server, "no_scheduler"),
        ApiErrorKind.Draining => (503, Server, "draining"),
        ApiErrorKind.SlowReader => (503, Server, "slow_reader"),
        ApiErrorKind.TimedOut => (504, Timeout, "request_timeout"),
        ApiErrorKind.WorkerFailed => (500, Server, "worker_failed"),
        ApiErrorKind.Internal => (500, Server, "internal_error"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "a kind without a row"),
    };

    public static ApiError MalformedBody(string what) => Make(ApiErrorKind.MalformedBody, what);

    public static ApiError WrongType(string param, string? expected) => Make(
        ApiErrorKind.WrongType,
        $"The parameter '{param}' has the wrong type{(expected is null ? "" : $": {expected} is expected")}.",
        param);

    public static ApiError Missing(string param) => Make(ApiErrorKind.MissingParameter, $"The parameter '{param}' is required.", param);

    public static ApiError InvalidValue(string param, string why) =>
        Make(ApiErrorKind.InvalidValue, $"The parameter '{param}' {why}.", param);

    public static ApiError Unsupported(string param, string why) =>
        Make(ApiErrorKind.Unsupported, $"The parameter '{param}' {why}.", param);

    public static ApiError ContextExceeded(int promptTokens, int contextTokens, string param) => Make(
        ApiErrorKind.ContextExceeded,
        $"This model's maximum context length is {contextTokens} tokens. However, your prompt has {promptTokens} tokens, "
        + "and the answer needs at least one. Please reduce the length of the prompt.",
        param);

    public static ApiError MissingApiKey() => Make(
        ApiErrorKind.InvalidApiKey, "You did not provide an API key. Send one in the header: Authorization: Bearer YOUR_KEY.");

    public static ApiError WrongApiKey() => Make(ApiErrorKind.InvalidApiKey, "Incorrect API key provided.");

    public static ApiError UnknownModel(string model, string served) => Make(
        ApiErrorKind.UnknownModel, $"The model '{model}' does not exist. This server has '{served}'.", "model");

    public static ApiError UnknownPlacement(string request) => Make(
        ApiErrorKind.UnknownPlacement,
        $"No placement of request '{Short(request)}' is remembered: only the latest are, and none from before the scheduler's start.");

    public static ApiError UnknownRoute(string method, string path) =>
        Make(ApiErrorKind.UnknownRoute, $"Unknown request URL: {method} {path}.");

    public static ApiError WrongMethod(string method, string path) =>
        Make(ApiErrorKind.WrongMethod, $"{method} is not allowed for {path}.");

    public static ApiError BodyTooLarge(long limitBytes) =>
        Make(ApiErrorKind.BodyTooLarge, $"The request body is larger than the limit of {limitBytes} bytes.");

    public static ApiError Draining() => Make(ApiErrorKind.Draining, "The server is shutting down.", retryAfterSeconds: 5);

    public static ApiError NoScheduler() => Make(
        ApiErrorKind.NoScheduler, "No scheduler can be reached to place the request.", retryAfterSeconds: 5);

    public static ApiError SlowReader() => Make(
        ApiErrorKind.SlowReader, "The stream was ended because it was read too slowly.", retryAfterSeconds: 1);

    public static ApiError TimedOut(double seconds) => Make(
        ApiErrorKind.TimedOut, $"The request's time-out of {seconds} seconds passed before its first token.");

    public static ApiError WorkerFailed(string requestId) => Make(
        ApiErrorKind.WorkerFailed, $"The worker failed while it served request {requestId}, and no other could continue it.");

    public static ApiError Internal(string requestId) =>
        Make(ApiErrorKind.Internal, $"The server had an error while it processed request {requestId}.");

    /// <summary>A refusal of scheduler or worker. Its message is written for clients; duplicate and invalid requests can only be our own mistake.</summary>
    public static ApiError Of(Rejection rejection, string requestId) => rejection.Reason switch
    {
        RejectionReason.QueueFull or RejectionReason.TargetUnreachable => Again(ApiErrorKind.QueueFull, rejection),
        RejectionReason.NoWorker => Again(ApiErrorKind.NoWorker, rejection),
        RejectionReason.Draining => Draining(),
        RejectionReason.PromptTooLong => Make(ApiErrorKind.ContextExceeded, rejection.Message, "messages"),
        RejectionReason.UnknownModel => Make(ApiErrorKind.UnknownModel, rejection.Message, "model"),
        _ => Internal(requestId),
    };

    private static string Short(string text) =>
        text.Length <= ApiLimits.RequestIdCharacters ? text : $"{text.AsSpan(0, ApiLimits.RequestIdCharacters)}…";

    private static ApiError Again(ApiErrorKind kind, Rejection rejection) =>
        Make(kind, rejection.Message, retryAfterSeconds: Math.Max(1, rejection.RetryAfterSeconds));

    private static ApiError Make(ApiErrorKind kind, string message, string? param = null, double retryAfterSeconds = 0)
    {
        var (status, type, code) = Row(kind);
        return new ApiError(status, type, code, message, param, retryAfterSeconds);
    }
}
