using System.Collections.Immutable;
using System.Text.Json;

namespace Preble.Simulation.Workloads;

/// <summary>
/// A trace of Mooncake (FAST'25): a JSON object a line, with the milliseconds of the arrival, lengths, and the ids of the prompt's blocks of 512 tokens; equal
/// ids are equal prefixes. A rate other than 0 stretches the time. Prompts that the model's context does not hold are cut at their end.
/// </summary>
internal sealed class MooncakeTrace(string path, WorkloadOptions options) : Workload
{
    private const int BlockTokens = 512;

    public override IEnumerable<SimulatedRequest> Arrivals()
    {
        var lines = File.ReadLines(path).Where(line => line.Length > 0).Take(options.Requests).Select(Parse).ToArray();
        var recorded = lines.Length / Math.Max(1e-3, (lines[^1].Milliseconds - lines[0].Milliseconds) / 1000);
        var stretch = options.Rate > 0 ? recorded / options.Rate : 1;
        foreach (var line in lines)
        {
            var at = TimeSpan.FromMilliseconds((line.Milliseconds - lines[0].Milliseconds) * stretch);
            var output = Math.Max(1, Math.Min(line.OutputTokens, options.ContextTokens / 2));
            yield return new SimulatedRequest(NextNumber(), at, Segments(line, options.ContextTokens - output - 1), output, Math.Max(output, 2048));
        }
    }

    private ImmutableArray<PromptSegment> Segments(Line line, int limit)
    {
        var segments = ImmutableArray.CreateBuilder<PromptSegment>(line.Blocks.Length);
        var left = Math.Min(Math.Max(1, line.PromptTokens), limit);
        foreach (var block in line.Blocks)
        {
            if (left > 0)
            {
                segments.Add(new PromptSegment(SharedId(options.Seed, 1, block), Math.Min(left, BlockTokens)));
                left -= BlockTokens;
            }
        }

        return segments.DrainToImmutable();
    }

    private static Line Parse(string text)
    {
        using var json = JsonDocument.Parse(text);
        var root = json.RootElement;
        return new Line(
            root.GetProperty("timestamp").GetDouble(), root.GetProperty("input_length").GetInt32(), root.GetProperty("output_length").GetInt32(),
            [.. root.GetProperty("hash_ids").EnumerateArray().Select(id => id.GetInt32())]);
    }

    private sealed record Line(double Milliseconds, int PromptTokens, int OutputTokens, int[] Blocks);
}
