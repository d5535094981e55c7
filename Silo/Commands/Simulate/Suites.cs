namespace Preble.Commands.Simulate;

/// <summary>Standard evaluations by name: each is a list of command lines, so that every cell can be run alone.</summary>
internal static class Suites
{
    private const string Rivals = " --policies e2,round-robin,random,least-loaded,power-of-two,session,prefix-affinity,cost,weighted";

    private const string Faulty = "--workload toolbench --workers 4 --rates 20 --policies e2,round-robin,least-loaded";

    /// <summary>The paper's §4.2 and §4.3: five workloads on three fleets, the mix, and the ablation of Figure 5.</summary>
    private static readonly string[] Paper =
    [
        "--workload toolbench --workers 2 --rates 3,6,9,12,15,18",
        "--workload agent --workers 2 --rates 5,10,15,20",
        "--workload programming --workers 2 --rates 1,2,4,6,8",
        "--workload video --workers 2 --rates 1,2,3,5,7",
        "--workload documents --workers 2 --rates 0.25,0.5,0.75,1",
        "--workload toolbench --workers 4 --rates 6,12,18,24,30,36",
        "--workload agent --workers 4 --rates 10,20,30,40",
        "--workload programming --workers 4 --rates 2,4,8,12",
        "--workload video --workers 4 --rates 2,4,6,10",
        "--workload documents --workers 4 --rates 0.5,1,1.5,2",
        "--workload toolbench --gpu h100-llama-3-70b-tp4 --step-tokens 1024 --workers 2 --rates 5,10,15,20",
        "--workload agent --gpu h100-llama-3-70b-tp4 --step-tokens 1024 --workers 2 --rates 10,15,20,30",
        "--workload programming --gpu h100-llama-3-70b-tp4 --step-tokens 1024 --workers 2 --rates 3,5,8",
        "--workload video --gpu h100-llama-3-70b-tp4 --step-tokens 1024 --workers 2 --rates 1,2,4,6",
        "--workload documents --gpu h100-llama-3-70b-tp4 --step-tokens 1024 --workers 2 --rates 0.4,0.8,1.2",
        "--workload mixed --workers 4 --rates 4,8,13.5",
        "--ablation",
    ];

    /// <summary>Every policy on every workload.</summary>
    private static readonly string[] Field =
    [
        "--workload toolbench --workers 4 --rates 24,30,36" + Rivals,
        "--workload toolbench --workers 4 --rates 36 --zipf 1.1" + Rivals,
        "--workload toolbench --workers 4 --rates 36 --questions 40" + Rivals,
        "--workload agent --workers 4 --rates 20,30" + Rivals,
        "--workload programming --workers 4 --rates 8,12" + Rivals,
        "--workload video --workers 4 --rates 4,6" + Rivals,
        "--workload documents --workers 4 --rates 1,1.5" + Rivals,
        "--workload chat --workers 4 --rates 8,16" + Rivals,
        "--workload low-sharing --workers 4 --rates 8,12,16" + Rivals,
        "--workload mixed --workers 4 --rates 8" + Rivals,
        "--workload generated-shared-prefix --workers 4 --rates 8,16" + Rivals,
        "--workload 37-capacity --step-tokens 2048 --rates 3,6,10,15,20" + Rivals,
        "--workload precise-guide --step-tokens 2048 --rates 15,30,60 --seconds 120" + Rivals,
        "--workload toolbench --workers 64 --rates 288 --seconds 120" + Rivals,
    ];

    /// <summary>Traces that are run when their file is there.</summary>
    private static readonly (string File, string Arguments)[] Traces =
    [
        ("conversation_trace.jsonl", "--gpu h100-llama-3-70b-tp4 --workers 16 --context 131072 --step-tokens 2048 --trace"),
        ("synthetic_trace.jsonl", "--gpu h100-llama-3-70b-tp4 --workers 16 --context 131072 --step-tokens 2048 --trace"),
        ("toolagent_trace.jsonl", "--gpu h100-llama-3-70b-tp4 --workers 16 --context 131072 --step-tokens 2048 --trace"),
    ];

    /// <summary>One setting without a fault, with each, and with all of them.</summary>
    private static readonly string[] Faults =
    [
        Faulty,
        Faulty + " --lose-worker 1@60-120",
        Faulty + " --slow-worker 2@3",
        Faulty + " --drop-reports 0.01 --double-reports 0.01",
        Faulty + " --lose-worker 1@60-120 --slow-worker 2@3 --drop-reports 0.01 --double-reports 0.01",
    ];

    public static IReadOnlyList<string> Names { get; } = ["paper", "rivals", "faults"];

    /// <summary>The command lines of a suite.</summary>
    /// <param name="traces">A folder with traces, looked for at any depth; empty for none.</param>
    /// <param name="quick">True for the last rate only and a fifth of the time, where that is 300 s.</param>
    /// <exception cref="CommandFailure">There is no such suite, or no such folder.</exception>
    public static IReadOnlyList<string[]> Of(string name, string traces, bool quick)
    {
        var lines = name switch
        {
            "paper" => Paper,
            "rivals" => [.. Field, .. Recorded(traces)],
            "faults" => Faults,
            _ => throw new CommandFailure($"There is no suite '{name}'; there are {string.Join(", ", Names)}."),
        };
        return [.. lines.Select(line => quick ? Shortened(line.Split(' ')) : line.Split(' '))];
    }

    private static IEnumerable<string> Recorded(string folder)
    {
        if (folder.Length == 0)
        {
            return [];
        }

        if (!Directory.Exists(folder))
        {
            throw new CommandFailure($"There is no folder {folder}.");
        }

        var files = Directory.EnumerateFiles(folder, "*.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        return from trace in Traces
               let file = Array.Find(files, file => Path.GetFileName(file) == trace.File)
               where file is not null
               select $"{trace.Arguments} {file}{Rivals}";
    }

    private static string[] Shortened(string[] words)
    {
        var rates = Array.IndexOf(words, "--rates") + 1;
        var shorter = rates > 0 ? [.. words[..rates], words[rates].Split(',')[^1], .. words[(rates + 1)..]] : words;
        return words.Contains("--trace") ? [.. shorter, "--requests", "1000"]
            : words.Contains("--ablation") ? [.. shorter, "--requests", "2160"]
            : words.Contains("--seconds") ? shorter : [.. shorter, "--seconds", "60"];
    }
}
