using System.Text.Json.Serialization.Metadata;
using Preble.Api.Wire;

namespace Preble.Api.Endpoints;

/// <summary>What <c>POST</c> endpoints that generate have in common: let in, read, plan, answer.</summary>
internal sealed class GenerationEndpoint(
    GenerationPlanner planner, ChatPipeline pipeline, ApiInstruments instruments, RequestGate gate, TimeProvider time)
{
    public Task ChatAsync(HttpContext context) => InsideAsync(context, ChatSpan.Chat, telemetry => AnswerAsync<ChatCompletionRequest>(
        context, telemetry, ApiJson.Wire.ChatCompletionRequest, planner.Plan, model => new ChatAnswer(context.TraceIdentifier, Now, model)));

    public Task CompletionAsync(HttpContext context) => InsideAsync(context, ChatSpan.Completion, telemetry => AnswerAsync<CompletionRequest>(
        context, telemetry, ApiJson.Wire.CompletionRequest, planner.Plan, model => new CompletionAnswer(context.TraceIdentifier, Now, model)));

    private delegate ApiError? Planning<in T>(T request, RequestOrigin origin, out GenerationPlan? plan);

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    private async Task InsideAsync(HttpContext context, string operation, Func<RequestTelemetry, Task> answer)
    {
        using var telemetry = new RequestTelemetry(context, operation, instruments, time);
        if (!gate.TryEnter())
        {
            await RefuseAsync(context, telemetry, ApiErrors.Draining());
            return;
        }

        try
        {
            await answer(telemetry);
        }
        catch (Exception failure) when (failure is not BadHttpRequestException)
        {
            // The frame answers, for every kind of request; only here it is known that this one was to be counted.
            telemetry.Lost(clientGone: context.RequestAborted.IsCancellationRequested);
            throw;
        }
        finally
        {
            gate.Leave();
        }
    }

    private async Task AnswerAsync<T>(
        HttpContext context, RequestTelemetry telemetry, JsonTypeInfo<T> type, Planning<T> planning, Func<string, AnswerFormat> format)
        where T : class
    {
        if (await RequestBody.ReadAsync(context.Request, context.RequestAborted) is not { } body)
        {
            await RefuseAsync(context, telemetry, ApiErrors.BodyTooLarge(ApiLimits.BodyBytes));
            return;
        }

        GenerationPlan? plan = null;
        var origin = Origin(context);
        if ((RequestReader.Read(body.Span, type, out var request) ?? planning(request!, origin, out plan)) is { } error)
        {
            await RefuseAsync(context, telemetry, error);
            return;
        }

        telemetry.Planned(plan!);
        await pipeline.AnswerAsync(context, plan!, format(plan!.Model.Id.Value), telemetry);
    }

    private static RequestOrigin Origin(HttpContext context)
    {
        var headers = context.Request.Headers;

        // A key with a name is a tenant's own: nobody with it passes for another.
        var tenant = context.Features.Get<ApiKey>()?.Name ?? (string?)headers[ApiHeaders.Tenant];
        return new RequestOrigin(context.TraceIdentifier, tenant, headers[ApiHeaders.Session], headers[ApiHeaders.TtftTarget]);
    }

    private static Task RefuseAsync(HttpContext context, RequestTelemetry telemetry, ApiError error)
    {
        telemetry.Failed(error);
        return ApiErrorWriter.WriteAsync(context, error);
    }
}
