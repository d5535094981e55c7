using System.Globalization;

namespace Preble.Simulation.Workloads;

/// <summary>
/// A trace of Azure's LLM inference (2023): TIMESTAMP,ContextTokens,GeneratedTokens. It says nothing of what prompts share, so they share nothing. A rate other
/// than 0 stretches the time.
/// </summary>
internal sealed class AzureTrace(string path, WorkloadOptions options) : Workload
{
    public override IEnumerable<SimulatedRequest> Arrivals()
    {
        var lines = File.ReadLines(path).Skip(1).Where(line => line.Length > 0).Take(options.Requests).Select(Parse).ToArray();
        var recorded = lines.Length / Math.Max(1e-3, (lines[^1].At - lines[0].At).TotalSeconds);
        var stretch = options.Rate > 0 ? recorded / options.Rate : 1;
        foreach (var line in lines)
        {
            var number = NextNumber();
            var output = Math.Max(1, Math.Min(line.OutputTokens, options.ContextTokens / 2));
            var prompt = Math.Clamp(line.PromptTokens, 1, options.ContextTokens - output - 1);
            yield return new SimulatedRequest(
                number, (line.At - lines[0].At) * stretch, [new PromptSegment(SharedId(options.Seed, 2, number), prompt)], output, Math.Max(output, 2048));
        }
    }

    private static (DateTime At, int PromptTokens, int OutputTokens) Parse(string line)
    {
        var fields = line.Split(',');
        return (
            DateTime.Parse(fields[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
            int.Parse(fields[1], CultureInfo.InvariantCulture), int.Parse(fields[2], CultureInfo.InvariantCulture));
    }
}
