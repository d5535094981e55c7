using System.Diagnostics;

namespace Preble.Actors.Telemetry;

/// <summary>One placement as a span: what was decided and why. Start it before the decision, tell it the result, dispose it.</summary>
internal readonly struct PlaceSpan : IDisposable
{
    private readonly Activity? _span;

    private PlaceSpan(Activity? span) => _span = span;

    public static PlaceSpan Start(PlacementQuery query, ModelId model)
    {
        var span = Spans.Start(Spans.Place, query.Trace);
        if (span is { IsAllDataRequested: true })
        {
            // Until it is decided: a caller that leaves the queue hears of no decision.
            span.SetTag(Spans.PlacementOutcomeTag, "cancelled");
            span.SetTag(Spans.RequestTag, query.Request.Value);
            span.SetTag(Spans.RequestModelTag, model.Value);
            span.SetTag(Spans.InputTokensTag, query.PromptTokens);
        }

        return new PlaceSpan(span);
    }

    /// <param name="waited">Whether it had to wait for a worker with room.</param>
    public void Decided(PlacementResult result, bool waited)
    {
        if (_span is not { IsAllDataRequested: true })
        {
            return;
        }

        _span.SetTag(Spans.PlacementQueuedTag, waited);
        if (result.Ticket is { } ticket)
        {
            _span.SetTag(Spans.PlacementOutcomeTag, "placed");
            _span.SetTag(Spans.PlacementReasonTag, SchedulerInstruments.Spelled(ticket.Reason.ToString()));
            _span.SetTag(Spans.WorkerTag, ticket.Worker.Value);
            _span.SetTag(Spans.HitTokensTag, ticket.HitTokens);
            return;
        }

        _span.SetTag(Spans.PlacementOutcomeTag, "refused");
        _span.SetTag(Spans.ErrorTag, SchedulerInstruments.Spelled(result.Rejection?.Reason.ToString()));
    }

    public void Dispose() => _span?.Dispose();
}
