using System.CommandLine;
using Preble.Api;
using Preble.Hosting;

namespace Preble.Commands;

/// <summary>The command-line option of the keys that a server asks its clients for.</summary>
internal sealed class ApiKeyOptions
{
    /// <summary>Keys themselves, where a file is too much.</summary>
    public const string KeysVariable = "PREBLE_API_KEYS";

    private readonly Option<string?> _file = new("--api-keys-file")
    {
        HelpName = "PATH",
        Description = "Ask clients for a key of this file: KEY or KEY NAME a line, # for comments; read again when it changes. "
            + $"Default: the keys in the variable {KeysVariable}; without it nobody is asked.",
    };

    public void AddTo(Command command) => command.Options.Add(_file);

    /// <exception cref="StartException">The path is empty.</exception>
    public ApiKeySource Read(ParseResult arguments)
    {
        if (arguments.GetValue(_file) is { } file)
        {
            return string.IsNullOrWhiteSpace(file)
                ? throw new StartException("--api-keys-file needs the name of a file; it is empty.")
                : new ApiKeySource(file);
        }

        return Environment.GetEnvironmentVariable(KeysVariable) is { Length: > 0 } keys ? new ApiKeySource(Text: keys) : ApiKeySource.None;
    }
}
