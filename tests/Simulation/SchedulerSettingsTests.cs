using Preble.Commands;
using Preble.Commands.Simulate;
using Preble.Core.Placement;

namespace Preble.Simulation.Tests;

public sealed class SchedulerSettingsTests
{
    [Fact]
    public void Options_are_set_by_name_and_others_stay()
    {
        var before = new SchedulerOptions();
        var after = SchedulerSettings.Apply(before, ["HotRequests=48", "window=90", "LoadWeight=0.5"]);
        Assert.Equal(before with { HotRequests = 48, Window = TimeSpan.FromSeconds(90), LoadWeight = 0.5 }, after);
        Assert.Equal(new SchedulerOptions(), before);
    }

    [Theory]
    [InlineData("Nothing=1", "HotRequests")]
    [InlineData("Policy=e2", "HotRequests")]
    [InlineData("HotRequests=many", "whole number")]
    [InlineData("HotRequests", "whole number")]
    [InlineData("Window=soon", "seconds")]
    public void A_wrong_setting_is_told_in_a_sentence(string setting, string part) =>
        Assert.Contains(part, Assert.Throws<CommandFailure>(() => SchedulerSettings.Apply(new SchedulerOptions(), [setting])).Message, StringComparison.Ordinal);
}
