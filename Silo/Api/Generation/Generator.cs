using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Preble.Api;

/// <summary>Runs all choices of a request side by side and gives their events as they come.</summary>
internal sealed class Generator(ChoiceRunner runner, RequestGate gate)
{
    /// <summary>Leaving the loop early cancels every choice; when the enumeration is disposed, their blocks are on their way to be freed.</summary>
    public async IAsyncEnumerable<ChoiceEvent> RunAsync(GenerationPlan plan, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var events = Channel.CreateBounded<ChoiceEvent>(new BoundedChannelOptions(ApiLimits.PendingEvents) { SingleReader = true });
        var choices = RunAllAsync(plan, events.Writer, left.Token);
        try
        {
            await foreach (var choiceEvent in events.Reader.ReadAllAsync(cancellation))
            {
                yield return choiceEvent;
            }
        }
        finally
        {
            await left.CancelAsync();
            await choices;
        }
    }

    /// <summary>Ends the channel when all choices have ended, with the failure if one of them failed.</summary>
    private async Task RunAllAsync(GenerationPlan plan, ChannelWriter<ChoiceEvent> events, CancellationToken cancellation)
    {
        try
        {
            using var request = new RequestRun(plan, events, cancellation, gate.Closed);
            request.Placement = runner.PlaceAsync(request);
            await Task.WhenAll(Enumerable.Range(0, plan.Settings.Choices).Select(choice => runner.RunAsync(request, choice)));
            events.Complete();
        }
        catch (Exception failure)
        {
            events.Complete(failure);
        }
    }
}
