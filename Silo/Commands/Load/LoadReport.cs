using System.Globalization;
using Spectre.Console;

namespace Preble.Commands.Load;

/// <summary>Shows a load while it runs, and its summary as a table. Plain lines where there is no terminal.</summary>
internal static class LoadReport
{
    public static async Task<T> WithProgressAsync<T>(int requests, Func<Action<LoadSample>, Task<T>> run)
    {
        if (Console.IsOutputRedirected)
        {
            return await PlainAsync(requests, run);
        }

        return await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async progress =>
            {
                var task = progress.AddTask("sending", maxValue: requests);
                var tally = new Tally();
                return await run(sample =>
                {
                    task.Increment(1);
                    task.Description = Markup.Escape(tally.Add(sample));
                });
            });
    }

    public static void Write(LoadSummary summary)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("").AddColumns(
            new TableColumn("mean").RightAligned(), new TableColumn("p50").RightAligned(), new TableColumn("p99").RightAligned());
        AddFigure(table, "time to first token", summary.FirstToken);
        AddFigure(table, "inter-token latency", summary.InterToken);
        AddFigure(table, "end to end", summary.EndToEnd);
        AnsiConsole.Write(table);
        Console.WriteLine(Invariant(
            $"{summary.Answered} answered, {summary.RequestsPerSecond:0.00} requests/s, {summary.TokensPerSecond:0.0} tokens/s"));
        foreach (var worker in summary.Workers)
        {
            Console.WriteLine(Invariant($"worker {worker.Worker}: {worker.Requests} requests, hit ratio {worker.HitRatio:0.0 %}"));
        }

        var errors = string.Join(", ", summary.Errors.Select(error => $"{error.Count} × {error.Error}"));
        Console.WriteLine(errors.Length == 0 ? "no errors" : $"errors: {errors}");
    }

    private static async Task<T> PlainAsync<T>(int requests, Func<Action<LoadSample>, Task<T>> run)
    {
        var tally = new Tally();
        return await run(sample =>
        {
            var line = tally.Add(sample);
            if (tally.Count % Math.Max(1, requests / 10) == 0)
            {
                Console.WriteLine(line);
            }
        });
    }

    private static void AddFigure(Table table, string name, LoadFigure figure) =>
        table.AddRow(name, Milliseconds(figure.MeanSeconds), Milliseconds(figure.P50Seconds), Milliseconds(figure.P99Seconds));

    private static string Milliseconds(double seconds) => Invariant($"{seconds * 1000:0.0} ms");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Counts samples as they come, from any thread.</summary>
    private sealed class Tally
    {
        private int _count;
        private int _errors;

        public int Count => Volatile.Read(ref _count);

        public string Add(LoadSample sample)
        {
            var errors = sample.Error is null ? Volatile.Read(ref _errors) : Interlocked.Increment(ref _errors);
            var count = Interlocked.Increment(ref _count);
            return errors == 0 ? $"{count} done" : $"{count} done, {errors} failed";
        }
    }
}
