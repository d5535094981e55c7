using Preble.Hosting.Fleet;
using Preble.Testing;

namespace Preble.Api.Tests;

/// <summary>How long a silo may take to leave the list of its fleet.</summary>
public sealed class LeaveLimitTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly List<int> _ends = [];

    [Fact]
    public async Task A_silo_that_cannot_leave_the_list_ends_its_process_after_the_limit()
    {
        using var limit = Limit();
        await limit.StartAsync(CancellationToken.None);
        _time.Advance(10 * LeaveLimit.Patience);
        Assert.Empty(_ends);
        await limit.StopAsync(CancellationToken.None);
        _time.Advance(LeaveLimit.Patience - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_ends);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([0], _ends);
    }

    [Fact]
    public async Task One_that_has_left_in_time_is_let_alone()
    {
        var limit = Limit();
        await limit.StopAsync(CancellationToken.None);
        limit.Dispose();
        _time.Advance(10 * LeaveLimit.Patience);
        Assert.Empty(_ends);
    }

    private LeaveLimit Limit() => new(_time, _ends.Add);
}
