namespace Preble.Simulation.Report;

/// <summary>One setting: some policies at some rates.</summary>
/// <param name="Command">The command line that gives it.</param>
internal sealed record ReportSection(string Title, string Command, IReadOnlyList<ReportRun> Runs)
{
    public IReadOnlyList<double> Rates { get; } = [.. Runs.Select(run => run.Rate).Distinct()];

    public IReadOnlyList<string> Policies { get; } = [.. Runs.Select(run => run.Figures.Policy).Distinct()];
}

/// <param name="Rate">Requests a second that were asked for; 0 for a trace's own.</param>
internal sealed record ReportRun(double Rate, RunFigures Figures);
