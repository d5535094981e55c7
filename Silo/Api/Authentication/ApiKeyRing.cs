using System.Security.Cryptography;
using Preble.Hosting;

namespace Preble.Api;

/// <summary>
/// The keys that open the API now. A file of them is read again while requests come, so that a changed secret counts without a restart; one that
/// cannot be read leaves the keys as they were. A file that has lost its last key lets nobody in.
/// </summary>
internal sealed class ApiKeyRing
{
    /// <summary>How long a key may stay valid after it has gone from the file; how often the file is looked at, at most.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly string? _file;
    private readonly TimeProvider _time;
    private readonly ILogger<ApiKeyRing> _log;
    private volatile IReadOnlyList<ApiKey> _keys = [];
    private volatile string _text = "";
    private volatile string? _complaint;
    private long _lookedAt;

    /// <exception cref="StartException">There are to be keys, and there are none.</exception>
    public ApiKeyRing(ApiKeySource source, TimeProvider time, ILogger<ApiKeyRing> log)
    {
        (_file, _time, _log, _lookedAt) = (source.File, time, log, time.GetTimestamp());
        Required = !source.IsNone;
        var from = _file ?? "the variable of API keys";
        try
        {
            _text = _file is null ? source.Text ?? "" : Read(_file);
            _keys = ApiKeyText.Parse(_text);
        }
        catch (Exception failure) when (IsOfTheFile(failure))
        {
            throw new StartException($"The API keys of {from} cannot be used: {failure.Message.TrimEnd('.')}.", failure);
        }

        if (Required && _keys.Count == 0)
        {
            throw new StartException($"There is no API key in {from}; name none at all to serve without keys.");
        }
    }

    /// <summary>False when nobody has configured keys.</summary>
    public bool Required { get; }

    /// <summary>The key that was presented, or null. Takes as long for a wrong one as for a right one: all hashes are compared, each in full.</summary>
    public ApiKey? Find(string presented)
    {
        LookAgain();
        var hash = ApiKeyText.Hash(presented);
        ApiKey? found = null;
        foreach (var key in _keys)
        {
            found = CryptographicOperations.FixedTimeEquals(hash, key.Hash) ? key : found;
        }

        return found;
    }

    /// <summary>Of the requests that come at once, one looks.</summary>
    private void LookAgain()
    {
        var before = Interlocked.Read(ref _lookedAt);
        if (_file is null || _time.GetElapsedTime(before) < LookInterval
            || Interlocked.CompareExchange(ref _lookedAt, _time.GetTimestamp(), before) != before)
        {
            return;
        }

        try
        {
            // The text and not the file's time: mounted secrets are links to links, and their times are not ours to trust.
            if (Read(_file) is var text && !string.Equals(text, _text, StringComparison.Ordinal))
            {
                _keys = ApiKeyText.Parse(text);
                _text = text;
                _log.KeysRead(_file, _keys.Count);
            }

            _complaint = null;
        }
        catch (Exception failure) when (IsOfTheFile(failure))
        {
            // Once, and not with every look.
            if (!string.Equals(_complaint, failure.Message, StringComparison.Ordinal))
            {
                _complaint = failure.Message;
                _log.KeysNotRead(_file, failure.Message, _keys.Count);
            }
        }
    }

    private static string Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length > ApiLimits.ApiKeyFileBytes)
        {
            throw new FormatException($"it is larger than {ApiLimits.ApiKeyFileBytes} bytes");
        }

        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    private static bool IsOfTheFile(Exception failure) =>
        failure is FormatException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;
}
