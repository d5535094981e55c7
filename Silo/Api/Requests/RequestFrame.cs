namespace Preble.Api;

/// <summary>
/// What is around every request: its id on the answer, errors as OpenAI's body whoever found them, and nothing internal in any of them.
/// The first middleware of the pipeline.
/// </summary>
internal sealed partial class RequestFrame(RequestNumbers numbers, ILogger<RequestFrame> log) : IMiddleware
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        context.TraceIdentifier = numbers.Name();
        context.Response.Headers[ApiHeaders.RequestId] = context.TraceIdentifier;
        try
        {
            await next(context);
            if (RoutingError(context) is { } error)
            {
                await ApiErrorWriter.WriteAsync(context, error);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody reads the answer; the status is for the access log.
            SetStatus(context, StatusCodes.Status499ClientClosedRequest);
        }
        catch (BadHttpRequestException bad)
        {
            await AnswerAsync(context, bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? ApiErrors.BodyTooLarge(ApiLimits.BodyBytes)
                : ApiErrors.MalformedBody("The request body could not be read to its end."));
        }
        catch (Exception failure)
        {
            LogFailure(failure, context.TraceIdentifier, context.Request.Method, context.Request.Path);
            await AnswerAsync(context, ApiErrors.Internal(context.TraceIdentifier));
        }
    }

    /// <summary>Routing sets a status and leaves the body empty.</summary>
    private static ApiError? RoutingError(HttpContext context) => (context.Response.HasStarted, context.Response.StatusCode) switch
    {
        (false, StatusCodes.Status404NotFound) when context.GetEndpoint() is null =>
            ApiErrors.UnknownRoute(context.Request.Method, context.Request.Path),
        (false, StatusCodes.Status405MethodNotAllowed) => ApiErrors.WrongMethod(context.Request.Method, context.Request.Path),
        _ => null,
    };

    private static async Task AnswerAsync(HttpContext context, ApiError error)
    {
        if (context.Response.HasStarted)
        {
            // A cut connection is the only way left to say that the answer is not whole.
            context.Abort();
            return;
        }

        if (!context.RequestAborted.IsCancellationRequested)
        {
            await ApiErrorWriter.WriteAsync(context, error);
        }
    }

    private static void SetStatus(HttpContext context, int status)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.StatusCode = status;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {Request} failed: {Method} {Path}")]
    private partial void LogFailure(Exception failure, string request, string method, string path);
}
