using System.Text;
using Preble.Core.Placement;
using Preble.Testing;

namespace Preble.Scenarios;

/// <summary>
/// A fleet that does what a script says. Every command answers with lines that say what the scheduler decided and believes.
/// </summary>
internal sealed class ScenarioWorld
{
    private readonly Dictionary<string, (PlacementTicket Ticket, string Tokens)> _placed = [];
    private SchedulerRig _rig = new(workers: 0);
    private long _epoch = 1;

    public string Do(ScenarioCommand command) => command.Verb switch
    {
        "fleet" => Fleet(command),
        "place" => Place(command),
        "burst" => Burst(command),
        "finish" => Finish(command, succeeded: true),
        "fail" => Finish(command, succeeded: false),
        "stores" => $"{command.Subject}: {_rig.Store(command.Subject, command.Tokens)}\n",
        "evicts" => $"{command.Subject}: {_rig.Evict(command.Subject, command.Tokens, command.Number("blocks", 1))}\n",
        "beat" => $"{command.Subject}: {_rig.Report(command.Subject)}\n",
        "changes-lost" => Silently(() => _rig.LoseChanges(command.Subject, command.Number("count", 1))),
        "snapshot" => Silently(() => _rig.Restore(command.Subject, ScenarioCommand.Spell(command.Text("tokens")))),
        "lose" => Lose(command),
        "join" => Silently(() => _rig.Register(command.Subject, ++_epoch)),
        "wait" => Wait(command),
        "fleet?" => Believed(),
        _ => throw new FormatException($"There is no scenario command '{command.Verb}'."),
    };

    private string Fleet(ScenarioCommand command)
    {
        var options = new SchedulerOptions
        {
            Policy = command.Text("policy", "e2"),
            RequestsPerWorker = command.Number("queue", new SchedulerOptions().RequestsPerWorker),
            WorkerTimeout = TimeSpan.FromSeconds(command.Number("timeout", 10)),
        };
        _rig = new SchedulerRig(command.Number("workers", 2), command.Number("block", 1), options, command.Number("blocks", 1_000_000));
        return Believed();
    }

    private string Place(ScenarioCommand command)
    {
        string[] without = [.. command.Text("without").Split(',', StringSplitOptions.RemoveEmptyEntries)];
        var result = _rig.Place(command.Subject, command.Tokens, command.Number("output", 16), without);
        if (result.Ticket is not { } ticket)
        {
            var rejection = result.Rejection!;
            return $"{command.Subject} refused: {rejection.Reason}, retry after {rejection.RetryAfterSeconds} s. {rejection.Message}\n";
        }

        _placed[command.Subject] = (ticket, command.Tokens);
        var reason = ticket.Reason.ToString().ToLowerInvariant();
        var hit = $"{ticket.HitTokens} of {command.Tokens.Length} tokens cached";
        return $"{command.Subject} -> {ticket.Worker}  {reason}: {hit}, cost {ticket.CostSeconds:0.000} s\n";
    }

    /// <summary>Many requests with one prefix and a last token of their own; answers with how they spread.</summary>
    private string Burst(ScenarioCommand command)
    {
        var perWorker = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var hits = 0;
        for (var index = 0; index < command.Number("requests", 1); index++)
        {
            var request = $"{command.Subject}{index}";
            var tokens = command.Tokens + (char)(0x4E00 + _placed.Count);
            var ticket = _rig.Ticket(request, tokens, command.Number("output", 16));
            _placed[request] = (ticket, tokens);
            perWorker[ticket.Worker.Value] = perWorker.GetValueOrDefault(ticket.Worker.Value) + 1;
            hits += ticket.HitTokens > 0 ? 1 : 0;
        }

        return $"{string.Join("  ", perWorker.Select(pair => $"{pair.Key} {pair.Value}"))}  hits {hits}\n";
    }

    private string Finish(ScenarioCommand command, bool succeeded)
    {
        var (ticket, tokens) = _placed[command.Subject];
        _rig.Complete(ticket, tokens.Length, command.Number("output", 16), ticket.HitTokens, succeeded: succeeded);
        return "";
    }

    private string Lose(ScenarioCommand command)
    {
        _rig.Core.Lose(new WorkerId(command.Subject), _rig.Now);
        return Believed();
    }

    private string Wait(ScenarioCommand command)
    {
        _rig.Now += TimeSpan.FromSeconds(double.Parse(command.Subject.TrimEnd('s')));
        var lost = _rig.Core.Tick(_rig.Now);
        return string.Concat(lost.Select(worker => $"{worker} lost\n"));
    }

    private string Believed()
    {
        var overview = _rig.Core.Overview(_rig.Now);
        var text = new StringBuilder();
        foreach (var worker in overview.Workers)
        {
            text.Append($"{worker.Worker} {worker.BookedRequests} in flight, load {worker.LoadSeconds:0.000} s\n");
        }

        return text.Append($"{overview.IndexedBlocks} blocks known\n").ToString();
    }

    private static string Silently(Action action)
    {
        action();
        return "";
    }
}
