using System.Reflection;
using System.Text.RegularExpressions;
using Preble.Actors.Telemetry;

namespace Preble.Contracts;

/// <summary>Metric names are read by dashboards that we do not see.</summary>
public sealed partial class InstrumentNamesTests
{
    private static readonly string[] Labels =
    [
        nameof(InstrumentNames.Meter), nameof(InstrumentNames.WorkerLabel), nameof(InstrumentNames.ModelLabel), nameof(InstrumentNames.ReasonLabel),
        nameof(InstrumentNames.GroupLabel), nameof(InstrumentNames.UnknownModel),
        nameof(InstrumentNames.OperationLabel), nameof(InstrumentNames.ProviderLabel), nameof(InstrumentNames.RequestModelLabel),
        nameof(InstrumentNames.VersionLabel), nameof(InstrumentNames.CommitLabel), nameof(InstrumentNames.RolesLabel),
        nameof(InstrumentNames.ResponseModelLabel), nameof(InstrumentNames.ErrorLabel),
    ];

    private static IReadOnlyList<string> Names =>
    [
        .. typeof(InstrumentNames).GetFields(BindingFlags.Public | BindingFlags.Static).Where(constant => !Labels.Contains(constant.Name, StringComparer.Ordinal))
            .Select(constant => (string)constant.GetRawConstantValue()!),
    ];

    [Fact]
    public void Every_metric_name_is_used_once() => Assert.Equal(Names.Count, Names.Distinct(StringComparer.Ordinal).Count());

    [Fact]
    public void Every_metric_name_is_ours_or_a_convention() =>
        Assert.All(Names, name => Assert.Matches(Pattern(), name));

    [GeneratedRegex(@"^(preble|gen_ai\.server)\.[a-z][a-z_]*(\.[a-z][a-z_]*)*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pattern();
}
