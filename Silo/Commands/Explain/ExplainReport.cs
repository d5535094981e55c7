using System.Globalization;
using Preble.Api.Wire;
using Spectre.Console;

namespace Preble.Commands.Explain;

/// <summary>Decisions as tables; the sentence stands below its table, for a sentence in a column is unreadable in a narrow terminal.</summary>
internal static class ExplainReport
{
    /// <summary>In a terminal narrower than this only what decided fits: cached, in flight, total.</summary>
    private const int WholeWidth = 80;

    public static void WriteAll(IReadOnlyList<PlacementEntry> placements)
    {
        if (placements.Count == 0)
        {
            Console.WriteLine("Nothing has been placed yet, or nothing is remembered (--placements-kept).");
            return;
        }

        foreach (var placement in placements)
        {
            var where = placement.Worker ?? placement.Refusal?.Reason ?? "-";
            Console.WriteLine(Text($"{placement.Id}  {Age(placement.AgeSeconds)} ago  {placement.Reason ?? "refused"} -> {where}"));
            Console.WriteLine($"  {placement.Explanation}");
        }
    }

    public static void WriteOne(IReadOnlyList<PlacementEntry> placements)
    {
        foreach (var placement in placements)
        {
            var choices = placement.Choices > 1 ? $", {placement.Choices} choices" : "";
            Console.WriteLine(Text($"{placement.Id} of {placement.Model}, {Age(placement.AgeSeconds)} ago, policy {placement.Policy}{choices}"));
            Console.WriteLine(Decision(placement));
            if (placement.Workers.Count > 0)
            {
                AnsiConsole.Write(Table(placement));
            }
            else if (placement.Worker is not null)
            {
                Console.WriteLine("What each worker was worth is no longer remembered.");
            }

            Console.WriteLine(placement.Explanation);
            Console.WriteLine();
        }
    }

    private static string Decision(PlacementEntry placement)
    {
        var prompt = Text($"{placement.PromptTokens:#,0} prompt tokens");
        return placement.Worker is null
            ? $"refused: {prompt}"
            : $"{placement.Reason} -> {placement.Worker}: {prompt}, "
                + Text($"{placement.CachedTokens:#,0} cached, {placement.MissedTokens:#,0} to compute, ")
                + Text($"{placement.ExpectedOutputTokens:#,0} expected as output");
    }

    /// <summary>Only columns that somebody has a number in; the chosen worker is the first.</summary>
    private static Table Table(PlacementEntry placement)
    {
        (string Name, Func<PlacementWorker, string?> Value)[] columns =
        [
            ("cached", worker => Text($"{worker.CachedTokens:#,0}")),
            ("in flight", worker => Text($"{worker.RequestsInFlight}")),
            ("wait s", worker => Number(worker.WaitSeconds)),
            ("L s", worker => Number(worker.LoadSeconds)),
            ("M s", worker => Number(worker.EvictionSeconds)),
            ("P s", worker => Number(worker.PrefillSeconds)),
            (placement.Measure == "seconds" ? "total s" : placement.Measure, worker => Number(worker.Total)),
        ];
        if (!Console.IsOutputRedirected && AnsiConsole.Profile.Width < WholeWidth)
        {
            columns = [columns[0], columns[1], columns[^1]];
        }

        var shown = columns.Where(column => placement.Workers.Any(worker => column.Value(worker) is not null)).ToArray();
        var table = new Table().Border(Console.IsOutputRedirected ? TableBorder.Markdown : TableBorder.Rounded).AddColumn("worker");
        foreach (var column in shown)
        {
            table.AddColumn(new TableColumn(Markup.Escape(column.Name)).RightAligned().NoWrap());
        }

        foreach (var worker in placement.Workers)
        {
            var name = worker.Worker == placement.Worker ? $"{worker.Worker} *" : worker.Worker;
            table.AddRow([Markup.Escape(name), .. shown.Select(column => column.Value(worker) ?? "-")]);
        }

        return table;
    }

    private static string? Number(double? value) => value switch
    {
        null => null,
        0 => "0",
        >= 100 => Text($"{value:#,0}"),
        >= 1 => Text($"{value:0.00}"),
        _ => Text($"{value:0.0000}"),
    };

    private static string Age(double seconds) => seconds switch
    {
        < 60 => Text($"{seconds:0.0} s"),
        < 3600 => Text($"{seconds / 60:0} min"),
        _ => Text($"{seconds / 3600:0.0} h"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
