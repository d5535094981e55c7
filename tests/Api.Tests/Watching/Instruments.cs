using System.Diagnostics.Metrics;
using Preble.Actors.Telemetry;
using Preble.Api.Tests.Fakes;
using Preble.Core.Engine;
using Preble.Hosting;
using Preble.Hosting.Metrics;
using Preble.Hosting.Telemetry;
using Preble.Testing;

namespace Preble.Api.Tests.Watching;

/// <summary>Every instrument of the program with something measured, as Prometheus spells it: names with their labels.</summary>
internal static class Instruments
{
    public static async Task<IReadOnlyDictionary<string, IReadOnlySet<string>>> ReadAsync()
    {
        using var meter = new Meter(InstrumentNames.Meter);
        using var text = new PrometheusText(meter, ShownMeters.Foreign);
        text.Start();
        using var gate = new RequestGate(TimeSpan.Zero, TimeProvider.System);
        _ = new ProcessInstruments(meter, new ServeOptions(), () => false);
        Front(new ApiInstruments(meter, new ApiModels([ApiHost.ModelFacts]), gate));
        Scheduler(new SchedulerInstruments(meter));
        Worker(new WorkerInstruments(meter));
        var reader = new PrometheusReader(await text.RenderAsync(PrometheusFormat.Plain, CancellationToken.None), openMetrics: false);
        return reader.Samples.GroupBy(sample => sample.Name, StringComparer.Ordinal).ToDictionary(
            samples => samples.Key, samples => (IReadOnlySet<string>)samples.SelectMany(sample => sample.Labels.Keys).ToHashSet(), StringComparer.Ordinal);
    }

    private static void Front(ApiInstruments front)
    {
        var clock = new RequestClock(TimeProvider.System);
        for (var i = 0; i < 2; i++)
        {
            clock.Take(new ChoiceEvent(0, "x", 1, new WorkerId("w")));
        }

        front.Begin();
        front.Finished(ChatSpan.Chat, clock, ApiHost.ModelFacts, [new ChoiceEnd("stop", 0, 2)]);
        front.Failed(ChatSpan.Chat, clock, ApiHost.ModelFacts, ApiInstruments.ClientGone);
    }

    private static void Scheduler(SchedulerInstruments scheduler)
    {
        var (model, request, worker) = (new ModelId("m"), new RequestId("r"), new WorkerId("w"));
        scheduler.Placed(model, new PlacementResult(new PlacementTicket(request, worker, 0, PlacementReason.Policy, 0), null), 0.001);
        scheduler.Placed(model, new PlacementResult(null, new Rejection(RejectionReason.NoWorker, "")), 0.001);
        scheduler.Show(new FleetOverview(model, [new WorkerOverview(worker, true, 0, 0, null)], 0, [], 0), 0);
    }

    private static void Worker(WorkerInstruments worker)
    {
        var id = new WorkerId("w");
        worker.Show(new WorkerStatus { Worker = id, Epoch = 1, Healthy = true, QueueSecondsByGroup = [0.1] });
        worker.Stepped(id, 0.1);
        worker.Queued(id, 0.1);
        worker.Moved(id, new BlockMoves(1, 1, 1, 1), 0.1);
    }
}
