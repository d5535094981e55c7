using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Preble.EndToEnd;

/// <summary>The real program as a user starts it. Start it, use Address, end it with a signal; disposing kills what is left.</summary>
internal sealed partial class PrebleProcess : IAsyncDisposable
{
    /// <summary>For a machine that does other things, too; a hang is then still a failure.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<string> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PrebleProcess(string[] arguments, params (string Name, string Value)[] variables)
    {
        // The program of this build, beside the tests because they reference its project.
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "preble.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["DOTNET_gcServer"] = "0";
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Take(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Take(_errors, line.Data);
        _process.Exited += (_, _) => _address.TrySetResult("");
    }

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a server and waits until it says where it listens.</summary>
    public static Task<(PrebleProcess Process, Uri Address)> ServeAsync(params string[] arguments) => ServeAsync(arguments, []);

    public static async Task<(PrebleProcess Process, Uri Address)> ServeAsync(string[] arguments, (string Name, string Value)[] variables)
    {
        var preble = new PrebleProcess(["serve", "--port", "0", .. arguments], variables);
        preble.Start();
        try
        {
            var address = await preble._address.Task.WaitAsync(Bound);
            Assert.True(address.Length > 0, $"preble ended: {preble.Errors}{preble.Output}");
            return (preble, new Uri(address));
        }
        catch
        {
            await preble.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a verb and waits for nothing.</summary>
    public static PrebleProcess Start(params string[] arguments)
    {
        var preble = new PrebleProcess(arguments);
        preble.Start();
        return preble;
    }

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string? input, params string[] arguments)
    {
        await using var preble = new PrebleProcess(arguments);
        preble.Start();
        await preble._process.StandardInput.WriteAsync(input);
        preble._process.StandardInput.Close();
        return (await preble.ExitAsync(), preble.Output, preble.Errors);
    }

    /// <summary>Asks it to end as an orchestrator does.</summary>
    public Task TerminateAsync() => SignalAsync("TERM");

    /// <summary>Ends it as a power cut does, and returns when it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitAsync();
    }

    /// <summary>It stands still, its connections open, until it is thawed.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    public Task ThawAsync() => SignalAsync("CONT");

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Bound);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync().WaitAsync(Bound);
        }

        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString()]);
        await kill.WaitForExitAsync();
    }

    private void Start()
    {
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Take(StringBuilder text, string? line)
    {
        lock (text)
        {
            text.AppendLine(line);
        }

        if (line is not null && Listening().Match(line) is { Success: true } match)
        {
            _address.TrySetResult(match.Groups["address"].Value);
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    [GeneratedRegex(@"listens at (?<address>http://\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Listening();
}
