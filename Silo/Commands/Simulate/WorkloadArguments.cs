using System.CommandLine;
using System.Globalization;
using Preble.Simulation.Workloads;

namespace Preble.Commands.Simulate;

/// <summary>The options that say what clients ask, and when.</summary>
internal sealed class WorkloadArguments
{
    private readonly Option<string> _workload = Options.Of("--workload", "NAME", $"What clients ask: {string.Join(", ", WorkloadCatalog.Names)}.", "toolbench");
    private readonly Option<string> _trace = Options.Of("--trace", "FILE", "Requests from a trace instead: Mooncake JSON lines, or Azure CSV.", "");
    private readonly Option<string> _arrivals = Options.Of(
        "--arrivals", "FILE[,FILE]", "When they come, from a trace: Azure CSV or Mooncake JSON lines; for mixed, one for each of the two.", "");

    private readonly Option<double> _scale = Options.Of("--time-scale", "F", "Multiplies the times of --arrivals when there is no --rate.", 1.0);
    private readonly Option<string> _rates = Options.Of(
        "--rate", "R,…", "Requests a second over all workers; several are run one after the other. Default: by workload; a trace's own.", "", "--rates");

    private readonly Option<double> _seconds = Options.Of("--seconds", "S", "For how long requests arrive, when --requests does not say how many.", 300.0);
    private readonly Option<int> _requests = Options.Of("--requests", "N", "How many requests; 0 for as many as come in --seconds, or are in the trace.", 0);
    private readonly Option<int> _prefixes = Options.Of("--prefixes", "N", "Different tools, videos, documents, groups …; 0 for what the workload has.", 0);
    private readonly Option<double> _zipf = Options.Of("--zipf", "A", "Exponent of their popularity; 0 for all alike.", 0.0);
    private readonly Option<int> _questions = Options.Of(
        "--questions", "N", "Different questions to each, drawn with replacement, so that whole prompts repeat; 0: each request has its own.", 0);

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _workload, _trace, _arrivals, _scale, _rates, _seconds, _requests, _prefixes, _zipf, _questions })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The workload that is asked for.</summary>
    public WorkloadCatalog.Entry Entry(ParseResult parsed)
    {
        var name = parsed.GetValue(_workload)!;
        return WorkloadCatalog.Find(name) ?? throw new CommandFailure($"There is no workload '{name}'; there are {string.Join(", ", WorkloadCatalog.Names)}.");
    }

    /// <exception cref="CommandFailure">A value makes no sense.</exception>
    public SimulatedWorkload Read(ParseResult parsed, int workers)
    {
        var (entry, trace) = (Entry(parsed), File(parsed.GetValue(_trace)!));
        var arrivals = Array.ConvertAll(parsed.GetValue(_arrivals)!.Split(',', StringSplitOptions.RemoveEmptyEntries), File);
        var recorded = trace.Length + arrivals.Length > 0;
        var prefixes = Options.Checked(parsed, _prefixes, prefixes => prefixes is >= 0 and <= 10_000_000, "0 or more");
        var requests = Options.Checked(parsed, _requests, requests => requests >= 0, "0 or more");
        return new SimulatedWorkload
        {
            Name = trace.Length > 0 ? Path.GetFileName(trace) : entry.Name,
            Rates = Rates(parsed, recorded ? 0 : entry.RatePerWorker * workers),
            Requests = requests == 0 && recorded ? int.MaxValue : requests,
            Seconds = Options.Checked(parsed, _seconds, seconds => seconds is > 0 and <= 1e6, "more than 0"),
            Prefixes = prefixes > 0 ? prefixes : entry.PrefixesFor(workers),
            Zipf = Options.Checked(parsed, _zipf, zipf => zipf is >= 0 and <= 10, "between 0 and 10"),
            Questions = Options.Checked(parsed, _questions, questions => questions is >= 0 and <= 1_000_000, "0 or more"),
            Arrivals = arrivals,
            TimeScale = Options.Checked(parsed, _scale, scale => scale is > 0 and <= 1e6, "more than 0"),
            Create = trace.Length > 0 ? given => WorkloadCatalog.Trace(trace, given) : entry.Create,
        };
    }

    private static string File(string path) =>
        path.Length == 0 || System.IO.File.Exists(path) ? path : throw new CommandFailure($"There is no trace {path}.");

    private double[] Rates(ParseResult parsed, double normal)
    {
        var texts = parsed.GetValue(_rates)!.Split(',', StringSplitOptions.RemoveEmptyEntries);
        return texts.Length == 0 ? [normal] : Array.ConvertAll(texts, text =>
            double.TryParse(text, CultureInfo.InvariantCulture, out var rate) && rate is > 0 and <= 1e6
                ? rate
                : throw new CommandFailure($"--rate must be numbers above 0, not '{text}'."));
    }
}
