using System.CommandLine;
using System.Globalization;
using Preble.Simulation;

namespace Preble.Commands.Simulate;

/// <summary>The options that say what goes wrong.</summary>
internal sealed class FaultArguments
{
    private readonly Option<string[]> _lose = Several("--lose-worker", "W@T[-T]", "Worker W vanishes at so many seconds, and comes back empty at the second.");
    private readonly Option<string[]> _slow = Several("--slow-worker", "W@F", "Worker W's steps take F times as long as it believes at its start.");
    private readonly Option<double> _drop = Share("--drop-reports", "Share of the cache reports that are lost.");
    private readonly Option<double> _double = Share("--double-reports", "Share of the cache reports that arrive twice.");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _lose, _slow, _drop, _double })
        {
            command.Options.Add(option);
        }
    }

    public FaultPlan Read(ParseResult parsed, int workers) => new()
    {
        Losses = Array.ConvertAll(parsed.GetValue(_lose) ?? [], text => Loss(text, workers)),
        Slow = Array.ConvertAll(parsed.GetValue(_slow) ?? [], text => Slow(text, workers)),
        LostReports = Part(parsed, _drop),
        DoubledReports = Part(parsed, _double),
    };

    private static WorkerLoss Loss(string text, int workers)
    {
        var (worker, rest) = Worker(text, workers);
        var times = Array.ConvertAll(rest.Split('-'), Number);
        return times is [>= 0] || (times is [>= 0, _] && times[1] > times[0])
            ? new WorkerLoss(worker, TimeSpan.FromSeconds(times[0]), times.Length > 1 ? TimeSpan.FromSeconds(times[1]) : null)
            : throw Wrong(text);
    }

    private static SlowWorker Slow(string text, int workers)
    {
        var (worker, rest) = Worker(text, workers);
        return Number(rest) is > 0 and var factor ? new SlowWorker(worker, factor) : throw Wrong(text);
    }

    private static (int Worker, string After) Worker(string text, int workers) =>
        text.Split('@') is [var name, var rest] && int.TryParse(name, out var worker) && worker >= 0 && worker < workers ? (worker, rest) : throw Wrong(text);

    private static double Number(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 1e6 ? number : throw Wrong(text);

    private static double Part(ParseResult parsed, Option<double> option) =>
        parsed.GetValue(option) is >= 0 and < 1 and var share ? share : throw new CommandFailure($"{option.Name} must be at least 0 and below 1.");

    private static CommandFailure Wrong(string text) => new($"'{text}' names no worker of this fleet, or no time or factor.");

    private static Option<string[]> Several(string name, string helpName, string description) =>
        new(name) { HelpName = helpName, Description = description };

    private static Option<double> Share(string name, string description) =>
        new(name) { HelpName = "P", Description = description, DefaultValueFactory = _ => 0 };
}
