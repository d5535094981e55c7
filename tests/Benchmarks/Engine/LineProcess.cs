using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Preble.Benchmarks.Engine;

/// <summary>A program that answers each line of its input with one line of JSON. Dispose it to end it.</summary>
internal sealed class LineProcess : IDisposable
{
    private const int EndMilliseconds = 5000;
    private readonly string _name;
    private readonly Process _process;

    /// <exception cref="InvalidOperationException">The program is not there, or ended before its first line.</exception>
    public LineProcess(string program, params string[] arguments)
    {
        _name = Path.GetFileName(program);
        try
        {
            _process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            })!;
        }
        catch (Win32Exception failure)
        {
            throw new InvalidOperationException($"{program} cannot be started: {failure.Message}", failure);
        }

        Read();
    }

    /// <summary>A number of the answer to a line.</summary>
    public double Ask(string line, string field)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
        using var json = JsonDocument.Parse(Read());
        return json.RootElement.GetProperty(field).GetDouble();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(EndMilliseconds))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private string Read() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{_name} ended without an answer.");
}
