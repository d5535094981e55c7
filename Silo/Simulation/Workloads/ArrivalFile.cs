using System.Globalization;
using System.Text.Json;

namespace Preble.Simulation.Workloads;

/// <summary>The times of arrival of a trace, for a workload that has none of its own: Azure's CSV or Mooncake's JSON lines.</summary>
internal static class ArrivalFile
{
    /// <summary>The times since the first one, in order.</summary>
    /// <param name="rate">Requests a second that they are stretched to; 0 leaves them.</param>
    /// <param name="scale">What they are multiplied by when there is no rate: 0.7 is 1.43 times as fast.</param>
    public static IReadOnlyList<TimeSpan> Read(string path, double rate, double scale)
    {
        var lines = File.ReadLines(path).Where(line => line.Length > 0);
        var seconds = (IsCsv(path) ? lines.Skip(1).Select(Azure) : lines.Select(Mooncake)).Order().ToArray();
        if (seconds.Length == 0)
        {
            throw new FormatException($"{path} has no arrivals.");
        }

        var stretch = rate > 0 ? seconds.Length / Math.Max(1e-3, seconds[^1] - seconds[0]) / rate : scale;
        return Array.ConvertAll(seconds, second => TimeSpan.FromSeconds((second - seconds[0]) * stretch));
    }

    public static bool IsCsv(string path) => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    private static double Azure(string line)
    {
        var at = DateTime.Parse(
            line.AsSpan(0, line.IndexOf(',')), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
        return (at - DateTime.UnixEpoch).TotalSeconds;
    }

    private static double Mooncake(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("timestamp").GetDouble() / 1000;
    }
}
