using System.Diagnostics;
using System.Diagnostics.Metrics;
using Preble.Actors.Telemetry;

namespace Preble.Api;

/// <summary>TTFT, ITL and duration of requests, measured here because here the client's answer is written.</summary>
internal sealed class ApiInstruments
{
    /// <summary>The end of a request whose client did not wait for it.</summary>
    public const string ClientGone = "client_gone";

    private static readonly double[] TokenBounds =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];

    private static readonly double[] RequestBounds =
        [0.001, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

    private readonly Histogram<double> _firstToken;
    private readonly Histogram<double> _perToken;
    private readonly Histogram<double> _gap;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _resumed;
    private readonly ApiModels _models;
    private readonly ApiModel? _only;

    public ApiInstruments(Meter meter, ApiModels models, RequestGate gate)
    {
        (_models, _only) = (models, models.Only);
        _firstToken = Seconds(meter, InstrumentNames.TimeToFirstToken, "From arrival to the first token written.", RequestBounds);
        _perToken = Seconds(meter, InstrumentNames.TimePerOutputToken, "Mean time of a token after the first.", TokenBounds);
        _gap = Seconds(meter, InstrumentNames.InterTokenLatency, "Gap between two successive output tokens.", TokenBounds);
        _duration = Seconds(meter, InstrumentNames.RequestDuration, "From arrival to the end of the answer.", RequestBounds);
        _requests = meter.CreateCounter<long>(
            InstrumentNames.RequestsTotal, "{request}", "Requests by their end: ok, client_gone, or an error's code.");
        _resumed = meter.CreateCounter<long>(
            InstrumentNames.StreamsResumed, "{stream}", "Streams that went on at another worker with what they had, by why they left theirs.");
        meter.CreateObservableGauge(InstrumentNames.RequestsActive, () => gate.Inside, "{request}", "Requests being answered now.");
    }

    /// <summary>Shows what alerts watch for at zero, for from nothing to one is no increase to them. Call when the metrics are listened to.</summary>
    public void Begin()
    {
        foreach (var model in _models.All)
        {
            foreach (var error in new[] { ApiErrors.Internal(""), ApiErrors.WorkerFailed(""), ApiErrors.Draining() })
            {
                _requests.Add(0, Model(model), Reason(error.Code));
                _resumed.Add(0, Model(model), Reason(error.Code));
            }
        }
    }

    public void Finished(string operation, RequestClock clock, ApiModel model, ChoiceEnd[] ends)
    {
        var tags = Convention(operation, model, answered: true);
        var elapsed = clock.ElapsedSeconds;
        _duration.Record(elapsed, tags);
        _requests.Add(1, Model(model), Reason("ok"));
        if (clock.FirstTokenSeconds is { } first)
        {
            _firstToken.Record(first, tags);
            if (ends is [{ OutputTokens: > 1 } only])
            {
                _perToken.Record((elapsed - first) / (only.OutputTokens - 1), tags);
            }
        }

        foreach (var gap in clock.GapSeconds)
        {
            _gap.Record(gap, Model(model));
        }
    }

    /// <summary>A request without a whole answer: refused, failed or left by its client. The label keeps its time apart from those of answers.</summary>
    /// <param name="model">Null when it was refused before its model was known.</param>
    /// <param name="reason">The code of the error, or <see cref="ClientGone"/>.</param>
    public void Failed(string operation, RequestClock clock, ApiModel? model, string reason)
    {
        _requests.Add(1, Model(model), Reason(reason));
        var tags = Convention(operation, model, answered: false);
        tags.Add(InstrumentNames.ErrorLabel, reason);
        _duration.Record(clock.ElapsedSeconds, tags);
    }

    /// <summary>A stream with output goes on at another worker.</summary>
    public void Resumed(ApiModel model, ApiError trouble) => _resumed.Add(1, Model(model), Reason(trouble.Code));

    /// <summary>The labels of OpenTelemetry's own metrics of a model server.</summary>
    private TagList Convention(string operation, ApiModel? model, bool answered)
    {
        var tags = new TagList
        {
            { InstrumentNames.OperationLabel, operation },
            { InstrumentNames.ProviderLabel, Spans.Provider },
        };
        if ((model ?? _only)?.Id.Value is { } name)
        {
            tags.Add(InstrumentNames.RequestModelLabel, name);
            if (answered)
            {
                tags.Add(InstrumentNames.ResponseModelLabel, name);
            }
        }

        return tags;
    }

    /// <summary>With one model, whatever goes wrong is of that one; else what clients name must not become a label.</summary>
    private KeyValuePair<string, object?> Model(ApiModel? model) =>
        new(InstrumentNames.ModelLabel, (model ?? _only)?.Id.Value ?? InstrumentNames.UnknownModel);

    private static KeyValuePair<string, object?> Reason(string? reason) => new(InstrumentNames.ReasonLabel, reason);

    private static Histogram<double> Seconds(Meter meter, string name, string description, double[] bounds) => meter.CreateHistogram(
        name, "s", description, tags: null, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}
