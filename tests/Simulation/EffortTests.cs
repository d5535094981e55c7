namespace Preble.Simulation.Tests;

/// <summary>What a million requests take, gated by counts: seconds depend on the machine.</summary>
public sealed class EffortTests
{
    [Theory]
    [InlineData("round-robin")]
    [InlineData("e2")]
    public void A_request_takes_so_many_events_and_bytes_and_no_more(string policy)
    {
        // The difference of two runs: what a fleet takes at its start is no part of a request.
        var (few, fewBytes) = Run(1000);
        var (many, manyBytes) = Run(3000);
        var events = (many.Events - few.Events) / 2000.0;
        var bytes = (manyBytes - fewBytes) / 2000.0;
        Console.WriteLine(FormattableString.Invariant($"measured: {policy}: {events:0.0} events and {bytes / 1024:0.0} KiB a simulated request"));
        Assert.InRange(events, 5, 60);
        Assert.InRange(bytes, 1000, 64 * 1024);

        (RunFigures Figures, long Bytes) Run(int requests)
        {
            var workload = Simulations.Workload("toolbench", requests, 28, workers: 8);
            var before = GC.GetAllocatedBytesForCurrentThread();
            return (Simulations.Run(Simulations.Options(workers: 8, policy: policy), workload), GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }
}
