namespace Preble.Api;

/// <summary>What one request leaves behind for those who watch: its times, its counts and its span. Make it at the arrival; it is told the end once.</summary>
internal sealed class RequestTelemetry(HttpContext context, string operation, ApiInstruments instruments, TimeProvider time) : IDisposable
{
    private readonly ChatSpan _span = ChatSpan.Start(context, operation);
    private ApiModel? _model;

    public RequestClock Clock { get; } = new(time);

    /// <summary>The request has been read and makes sense.</summary>
    public void Planned(GenerationPlan plan)
    {
        _model = plan.Model;
        _span.Planned(plan, operation);
    }

    public void Finished(ChoiceEnd[] ends, Wire.Usage usage)
    {
        instruments.Finished(operation, Clock, _model!, ends);
        _span.Finished(Clock, ends, usage);
    }

    public void Failed(ApiError error)
    {
        instruments.Failed(operation, Clock, _model, error.Code ?? error.Type);
        _span.Failed(error);
    }

    /// <summary>It ended without an answer of its own.</summary>
    public void Lost(bool clientGone)
    {
        instruments.Failed(operation, Clock, _model, clientGone ? ApiInstruments.ClientGone : ApiErrors.Internal("").Code!);
        _span.Lost(clientGone);
    }

    public void Dispose() => _span.Dispose();
}
