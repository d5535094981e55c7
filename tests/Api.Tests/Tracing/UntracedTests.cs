using Microsoft.AspNetCore.Http;
using Preble.Actors.Telemetry;

namespace Preble.Api.Tests.Tracing;

/// <summary>Tracing that nobody listens to costs a branch.</summary>
[Collection(SpanTests.Name)]
public sealed class UntracedTests
{
    private static readonly PlacementQuery Query = new(new RequestId("r"), [], 1, 1, []);
    private static readonly GenerateCommand Command = new(new RequestId("r"), [1], 1, [], SamplingOptions.Greedy);
    private static readonly PlacementResult Placed = new(new PlacementTicket(new RequestId("r"), new WorkerId("w"), 0, PlacementReason.Policy, 0), null);

    [Fact]
    public void The_spans_of_a_request_allocate_nothing()
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        Trace(context);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Trace(context);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Trace(HttpContext context)
    {
        using var chat = ChatSpan.Start(context, ChatSpan.Chat);
        using var place = PlaceSpan.Start(Query, new ModelId("m"));
        place.Decided(Placed, waited: false);
        Assert.Null(Spans.Current);
        Assert.Null(GenerateSpan.Start(Command, new WorkerId("w"), TimeProvider.System));
    }
}
