namespace Preble.Api;

internal static partial class ApiKeyRingLog
{
    [LoggerMessage(1, LogLevel.Warning, "The API keys of {File} have changed: there are {Keys} now.")]
    public static partial void KeysRead(this ILogger log, string file, int keys);

    [LoggerMessage(2, LogLevel.Warning, "The API keys of {File} cannot be used ({Why}); the {Keys} from before stay valid.")]
    public static partial void KeysNotRead(this ILogger log, string file, string why, int keys);
}
