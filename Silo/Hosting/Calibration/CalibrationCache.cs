using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Preble.Hosting;

/// <summary>
/// Measured costs on disk, a file for each key, so that only the first start on a machine measures. Nothing that is wrong with a file or the folder is a
/// failure: then the costs are measured, and the operator is told.
/// </summary>
internal sealed class CalibrationCache(string? folder, ILogger log)
{
    /// <summary>The value of the option that keeps nothing.</summary>
    public const string Off = "off";

    /// <summary>The cache that the option names.</summary>
    public static CalibrationCache Of(string? option, ILogger log) => new(FolderOf(option), log);

    /// <summary>The folder that the option names; null to keep nothing.</summary>
    public static string? FolderOf(string? option) =>
        string.Equals(option, Off, StringComparison.Ordinal) ? null : option ?? UserCacheFolder.Of("calibration");

    /// <summary>The costs kept under the key, or measured now and kept.</summary>
    public CostProfile GetOrMeasure(string key, Func<CostProfile> measure)
    {
        if (folder is null)
        {
            return measure();
        }

        var path = PathOf(folder, key);
        if (TryRead(path, key) is { } known)
        {
            log.CostsKnown(path);
            return known;
        }

        var costs = measure();
        TryWrite(path, key, costs);
        return costs;
    }

    /// <summary>Replaces what is kept under the key by what steps have taught since.</summary>
    public void Keep(string key, CostProfile costs)
    {
        if (folder is not null)
        {
            TryWrite(PathOf(folder, key), key, costs);
        }
    }

    internal static string PathOf(string folder, string key) =>
        Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32] + ".json");

    private CostProfile? TryRead(string path, string key)
    {
        try
        {
            return CalibrationFile.Read(path, key);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            log.CostsUnreadable(path, failure.Message);
            return null;
        }
    }

    private void TryWrite(string path, string key, CostProfile costs)
    {
        try
        {
            CalibrationFile.Write(path, key, costs);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.CostsNotKept(path, failure.Message);
        }
    }
}
