using Xunit.Abstractions;

namespace Preble.FleetProcesses;

/// <summary>A test of the shared fleet: it begins with a whole one, and ends with what processes that ended meanwhile had to say.</summary>
[Collection(FleetCollection.Name)]
public abstract class FleetTest(FleetFixture shared, ITestOutputHelper output) : IAsyncLifetime
{
    private protected ProcessFleet Fleet => shared.Fleet;

    private protected FleetFixture Shared => shared;

    private protected ITestOutputHelper Output => output;

    public Task InitializeAsync() => shared.StartTestAsync();

    public Task DisposeAsync()
    {
        output.WriteLine(Fleet.LastWords);
        return Task.CompletedTask;
    }
}
