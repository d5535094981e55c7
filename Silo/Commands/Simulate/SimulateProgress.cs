using System.Diagnostics;
using System.Globalization;

namespace Preble.Commands.Simulate;

/// <summary>One line on standard error, rewritten while a run goes on; where that is no terminal, a line every ten seconds.</summary>
internal sealed class SimulateProgress(string name, long requests) : IDisposable
{
    private readonly bool _lines = Console.IsErrorRedirected;
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _shown = Stopwatch.GetTimestamp();
    private int _width;

    public void Show(TimeSpan virtualTime, long ended)
    {
        if (Stopwatch.GetElapsedTime(_shown).TotalSeconds < (_lines ? 10 : 0.2))
        {
            return;
        }

        _shown = Stopwatch.GetTimestamp();
        var seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {ended} of {requests} requests, {virtualTime.TotalSeconds:0} s simulated in {seconds:0} s, {ended / seconds:0} requests/s");
        Write(text);
    }

    public void Dispose()
    {
        if (!_lines && _width > 0)
        {
            Console.Error.Write($"\r{new string(' ', _width)}\r");
        }
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
