using System.CommandLine;
using Preble.Core.Placement.Policies;
using Preble.Simulation;

namespace Preble.Commands.Simulate;

/// <summary>The options of <c>preble simulate</c> and what they mean together.</summary>
internal sealed class SimulateArguments
{
    private readonly WorkloadArguments _workload = new();
    private readonly FleetArguments _fleet = new();
    private readonly Option<string> _policies = Options.Of(
        "--policies", "NAMES",
        $"Policies, each on the same requests: {string.Join(", ", PlacementPolicies.Names)}; one with other options of the scheduler is e2+NAME=VALUE.",
        "e2,round-robin");

    private readonly Option<bool> _ablation = new("--ablation")
    {
        Description = "The steps of the paper's Figure 5 instead of policies, on tool use with Zipf 1.1 and four workers unless other options say so.",
    };

    private readonly Option<double> _slo = Options.Of("--ttft-slo", "S", "Also count the requests whose first token came within so many seconds.", 0.0);
    private readonly Option<string> _suite = Options.Of("--suite", "NAME", $"A standard evaluation instead: {string.Join(", ", Suites.Names)}.", "");
    private readonly Option<bool> _quick = new("--quick") { Description = "A smaller version of the suite." };
    private readonly Option<string> _traces = Options.Of("--traces", "DIR", "Where a suite finds Mooncake's traces.", "");
    private readonly Option<int> _parallel = Options.Of("--parallel", "N", "Runs at a time; each is the same as alone, its wall times apart.", 1);
    private readonly Option<string> _csv = Options.Of("--csv", "FILE", "Write the figures as comma-separated values.", "");
    private readonly Option<string> _json = Options.Of("--json", "FILE", "Write the figures as JSON.", "");
    private readonly Option<string> _html = Options.Of("--html", "FILE", "Write a page with plots.", "");

    public void AddTo(Command command)
    {
        _workload.AddTo(command);
        foreach (var option in new Option[] { _policies, _ablation, _slo, _suite, _quick, _traces, _parallel, _csv, _json, _html })
        {
            command.Options.Add(option);
        }

        _fleet.AddTo(command);
    }

    /// <summary>Everything that is to be run: one plan, or those of a suite, to each of which the other options apply too.</summary>
    /// <exception cref="CommandFailure">A value makes no sense.</exception>
    public SimulateRequest Read(ParseResult parsed)
    {
        var words = parsed.Tokens.Select(token => token.Value).SkipWhile(word => word == "simulate").ToArray();
        var suite = parsed.GetValue(_suite)!;
        IReadOnlyList<string[]> lines = suite.Length > 0
            ? [.. Suites.Of(suite, parsed.GetValue(_traces)!, parsed.GetValue(_quick)).Select(line => (string[])[.. line, .. Common(words)])]
            : [words];
        return new SimulateRequest(string.Join(' ', words), [.. lines.Select(Plan)])
        {
            Parallel = Options.Checked(parsed, _parallel, runs => runs is >= 1 and <= 64, "between 1 and 64"),
            CsvPath = parsed.GetValue(_csv)!, JsonPath = parsed.GetValue(_json)!, HtmlPath = parsed.GetValue(_html)!,
        };
    }

    /// <summary>One command line as a plan. What it says twice counts as it is said last.</summary>
    private SimulatePlan Plan(string[] words)
    {
        var command = new Command("simulate");
        AddTo(command);
        var ablation = words.Contains(_ablation.Name);
        var parsed = command.Parse([.. Last([.. ablation ? Ablation.Arguments : [], .. words])]);
        if (parsed.Errors.Count > 0)
        {
            throw new CommandFailure(parsed.Errors[0].Message);
        }

        var options = _fleet.Read(parsed, _workload.Entry(parsed));
        return new SimulatePlan(
            string.Join(' ', words), options, ablation ? Ablation.Variants(options) : Variants(parsed.GetValue(_policies)!, options),
            _workload.Read(parsed, options.Workers), parsed.GetValue(_slo));
    }

    private static SimulateVariant[] Variants(string policies, SimulationOptions options)
    {
        var names = policies.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return names.Length > 0 ? Array.ConvertAll(names, Variant) : throw Unknown("");

        SimulateVariant Variant(string name)
        {
            var parts = name.Split('+');
            return PlacementPolicies.Names.Contains(parts[0], StringComparer.Ordinal)
                ? new SimulateVariant(name, options with { Policy = parts[0], Scheduler = FleetArguments.Scheduler(parts[1..], options.Scheduler) })
                : throw Unknown(parts[0]);
        }
    }

    /// <summary>The words that are not about the suite or the output.</summary>
    private string[] Common(string[] words)
    {
        var own = new[] { _suite.Name, _traces.Name, _parallel.Name, _csv.Name, _json.Name, _html.Name };
        return [.. words.Where((word, at) => word != _quick.Name && !own.Contains(word) && (at == 0 || !own.Contains(words[at - 1])))];
    }

    /// <summary>Leaves out an option that comes again later, unless it may come several times.</summary>
    private static IEnumerable<string> Last(string[] words)
    {
        string[] several = ["--scheduler", "--lose-worker", "--slow-worker"];
        for (var at = 0; at < words.Length; at++)
        {
            var name = words[at] == "--rates" ? "--rate" : words[at];
            var again = name.StartsWith("--", StringComparison.Ordinal) && !several.Contains(name)
                && words.Skip(at + 1).Any(later => later == name || (name == "--rate" && later == "--rates"));
            if (!again)
            {
                yield return words[at];
            }
            else if (at + 1 < words.Length && !words[at + 1].StartsWith("--", StringComparison.Ordinal))
            {
                at++;
            }
        }
    }

    private static CommandFailure Unknown(string policy) => new($"There is no policy '{policy}'; there are {string.Join(", ", PlacementPolicies.Names)}.");
}

/// <summary>What is run, and what is written when it is done.</summary>
/// <param name="Arguments">The whole command line.</param>
internal sealed record SimulateRequest(string Arguments, IReadOnlyList<SimulatePlan> Plans)
{
    /// <summary>Runs at a time.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary>Files to write; empty for none.</summary>
    public string CsvPath { get; init; } = "";

    public string JsonPath { get; init; } = "";

    public string HtmlPath { get; init; } = "";
}
