namespace Preble.Hosting;

/// <summary>Where this user's programs keep what can be made again, by the XDG rules.</summary>
internal static class UserCacheFolder
{
    /// <summary>Our folder of that name there; null when the user has no home.</summary>
    public static string? Of(string name)
    {
        // The XDG rule: a relative path there is to be ignored.
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (!Path.IsPathRooted(cache))
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            cache = home.Length == 0 ? null : Path.Combine(home, ".cache");
        }

        return cache is null ? null : Path.Combine(cache, "preble", name);
    }
}
