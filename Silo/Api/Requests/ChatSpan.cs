using System.Diagnostics;
using Preble.Actors.Telemetry;

namespace Preble.Api;

/// <summary>
/// One request as the front-end's span, after OpenTelemetry's conventions for generative AI. Start it at the request's arrival, tell it what becomes
/// of it, dispose it after the last byte. Nothing happens when nobody listens.
/// </summary>
internal readonly struct ChatSpan : IDisposable
{
    public const string Chat = "chat";
    public const string Completion = "text_completion";

    private readonly Activity? _span;

    private ChatSpan(Activity? span) => _span = span;

    /// <summary>Continues the client's trace, if it brought one. From here on it is the running span.</summary>
    public static ChatSpan Start(HttpContext context, string operation)
    {
        if (!Spans.Source.HasListeners())
        {
            return default;
        }

        // The web server's own span is exported by nobody: below it, this one would hang from a parent that is nowhere to be found.
        Activity.Current = null;
        var headers = context.Request.Headers;
        _ = ActivityContext.TryParse(headers.TraceParent, headers.TraceState, isRemote: true, out var client);
        KeyValuePair<string, object?>[] tags = [new(Spans.OperationTag, operation), new(Spans.ProviderTag, Spans.Provider)];
        var span = Spans.Source.StartActivity(operation, ActivityKind.Server, client, tags);
        span?.SetTag(Spans.RequestTag, context.TraceIdentifier);
        return new ChatSpan(span);
    }

    /// <summary>The request has been read and makes sense. Its model is one that is served, and so is fit for a name.</summary>
    public void Planned(GenerationPlan plan, string operation)
    {
        if (_span is not { IsAllDataRequested: true })
        {
            return;
        }

        var (settings, model) = (plan.Settings, plan.Model.Id.Value);
        _span.DisplayName = $"{operation} {model}";
        _span.SetTag(Spans.RequestModelTag, model);
        _span.SetTag(Spans.ResponseModelTag, model);
        _span.SetTag("gen_ai.request.max_tokens", settings.MaxTokens);
        _span.SetTag("gen_ai.request.temperature", (double)settings.Sampling.Temperature);
        _span.SetTag("gen_ai.request.top_p", (double)settings.Sampling.TopP);
        _span.SetTag("gen_ai.request.stream", settings.Stream ? true : null);
        _span.SetTag("gen_ai.request.choice.count", settings.Choices > 1 ? settings.Choices : null);
        _span.SetTag(Spans.InputTokensTag, plan.Prompt.Length);
    }

    /// <summary>A choice of the running request leaves its worker and is placed again.</summary>
    public static void PlacedAgain(WorkerId worker, ApiError trouble)
    {
        if (Spans.Source.HasListeners() && Activity.Current is { IsAllDataRequested: true } span)
        {
            span.AddEvent(new ActivityEvent(
                Spans.PlacedAgainEvent,
                tags: new ActivityTagsCollection { { Spans.WorkerTag, worker.Value }, { Spans.ErrorTag, trouble.Code ?? trouble.Type } }));
        }
    }

    public void Finished(RequestClock clock, ChoiceEnd[] ends, Wire.Usage usage)
    {
        if (_span is not { IsAllDataRequested: true })
        {
            return;
        }

        _span.SetTag("gen_ai.response.finish_reasons", ends.Select(end => end.FinishReason!).ToArray());
        _span.SetTag("gen_ai.response.time_to_first_chunk", clock.FirstTokenSeconds);
        _span.SetTag(Spans.OutputTokensTag, usage.CompletionTokens);
        _span.SetTag(Spans.CachedTokensTag, usage.PromptTokensDetails.CachedTokens);
    }

    /// <summary>It was answered with an error. What the client did wrong is no error of the server's.</summary>
    public void Failed(ApiError error)
    {
        _span?.SetTag(Spans.ErrorTag, error.Code ?? error.Type);
        if (error.Status >= StatusCodes.Status500InternalServerError)
        {
            _span?.SetStatus(ActivityStatusCode.Error);
        }
    }

    /// <summary>It ended without an answer: the client went away, or we have a bug.</summary>
    public void Lost(bool clientGone)
    {
        _span?.SetTag(Spans.ErrorTag, clientGone ? ApiInstruments.ClientGone : ApiErrors.Internal("").Code);
        if (!clientGone)
        {
            _span?.SetStatus(ActivityStatusCode.Error);
        }
    }

    public void Dispose() => _span?.Dispose();
}
