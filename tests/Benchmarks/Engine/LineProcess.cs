using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Preble.Benchmarks.Engine;

/// <summary>A program that answers each line of its input with one line of JSON. Dispose it to end it.</summary>
internal sealed class LineProcess : IDisposable
{
    private const int EndMilliseconds = 5000;

    private readonly TimeSpan _patience;
    private readonly string _name;
    private readonly Process _process;

    /// <param name="patience">How long one answer may take; then the program is ended.</param>
    /// <exception cref="InvalidOperationException">The program is not there, or ended before its first line.</exception>
    public LineProcess(string program, TimeSpan patience, params string[] arguments)
    {
        (_name, _patience) = (Path.GetFileName(program), patience);
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
        try
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }
        catch (IOException failure)
        {
            throw new InvalidOperationException($"{_name} has ended: {failure.Message}", failure);
        }

        using var json = JsonDocument.Parse(Read());
        return json.RootElement.GetProperty(field).GetDouble();
    }

    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended, with something still to be written to it.
        }

        if (!_process.WaitForExit(EndMilliseconds))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private string Read()
    {
        var line = _process.StandardOutput.ReadLineAsync();
        if (!line.Wait(_patience))
        {
            _process.Kill();
            throw new InvalidOperationException($"{_name} gave no answer within {_patience.TotalSeconds:F0} s.");
        }

        return line.Result ?? throw new InvalidOperationException($"{_name} ended without an answer.");
    }
}
