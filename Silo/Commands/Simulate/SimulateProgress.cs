using System.Diagnostics;
using System.Globalization;

namespace Preble.Commands.Simulate;

/// <summary>One line on standard error, rewritten while runs go on, with a bar; where that is no terminal, a line every ten seconds and one a run.</summary>
internal sealed class SimulateProgress(int runs) : IDisposable
{
    private const int BarWidth = 24;
    private readonly Lock _lock = new();
    private readonly bool _lines = Console.IsErrorRedirected;
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _shown = Stopwatch.GetTimestamp();
    private int _width;
    private int _ended;

    /// <summary>How far a run has come; called often, shown seldom.</summary>
    public void Show(SimulateJob job, TimeSpan virtualTime, long ended)
    {
        lock (_lock)
        {
            if (Stopwatch.GetElapsedTime(_shown).TotalSeconds < (_lines ? 10 : 0.2))
            {
                return;
            }

            _shown = Stopwatch.GetTimestamp();
            var requests = job.Plan.Workload.RequestsAt(job.Rate);
            var share = requests == int.MaxValue ? 0 : (double)ended / requests;
            var of = requests == int.MaxValue ? "" : string.Create(CultureInfo.InvariantCulture, $" of {requests}");
            var done = string.Create(CultureInfo.InvariantCulture, $"{ended}{of} requests, {virtualTime.TotalSeconds:0} s simulated");
            var run = $"{Bar((_ended + share) / runs)} run {_ended + 1} of {runs}: {job.Plan.Workload.Name}, {job.Name}";
            Write(string.Create(CultureInfo.InvariantCulture, $"{run}: {done}; {Stopwatch.GetElapsedTime(_start).TotalSeconds:0} s"));
        }
    }

    /// <summary>A run has ended: <paramref name="then"/> is called alone, whatever else is running.</summary>
    public void Ended(SimulateJob job, Action then)
    {
        lock (_lock)
        {
            _ended++;
            if (_lines && runs > 1)
            {
                Write($"{Bar((double)_ended / runs)} {_ended} of {runs}: {job.Plan.Workload.Name}, {job.Name}");
            }

            then();
        }
    }

    public void Dispose()
    {
        if (!_lines && _width > 0)
        {
            Console.Error.Write($"\r{new string(' ', _width)}\r");
        }
    }

    private static string Bar(double share)
    {
        var full = (int)Math.Clamp(share * BarWidth, 0, BarWidth);
        return $"[{new string('#', full)}{new string('.', BarWidth - full)}]";
    }

    private void Write(string text)
    {
        if (_lines)
        {
            Console.Error.WriteLine(text);
            return;
        }

        Console.Error.Write($"\r{text.PadRight(_width)}");
        _width = text.Length;
    }
}
