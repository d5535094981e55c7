using Preble.Simulation.Report;

namespace Preble.Commands.Simulate;

/// <summary>The page's sections: one a plan.</summary>
internal static class ReportSections
{
    public static IReadOnlyList<ReportSection> Of(IReadOnlyList<SimulateRow> rows) =>
    [
        .. rows.GroupBy(row => row.Job.Plan, ReferenceEqualityComparer.Instance).Select(plan => new ReportSection(
            plan.First().Job.Plan.Title, plan.First().Job.Plan.Arguments, [.. plan.Select(row => new ReportRun(row.Rate, row.Figures))])),
    ];
}
