using System.CommandLine;
using Preble.Hosting;

namespace Preble.Commands;

/// <summary>Runs the verb and gives the exit code: 0, or 1 with one sentence. A stack trace is for our bugs only.</summary>
internal static class CommandRunner
{
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,

            // Signals belong to the host: it lets streams finish, where the library would end the process after two seconds.
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await root.Parse(args).InvokeAsync(configuration);
        }
        catch (Exception failure) when (failure is CommandFailure or StartException)
        {
            await Console.Error.WriteLineAsync($"preble: {failure.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("preble: interrupted.");
            return 130;
        }
        catch (Exception bug)
        {
            await Console.Error.WriteLineAsync($"preble: this is a bug: {bug}");
            return 70;
        }
    }
}
