namespace Preble.Client;

/// <summary>
/// Names of what Preble understands beyond Microsoft.Extensions.AI: keys of <c>ChatOptions.AdditionalProperties</c>. A value of a wrong type is
/// refused before anything is sent; other keys are ignored.
/// </summary>
public static class PrebleChatProperties
{
    /// <summary>An int from -100 to 100: lower is served first.</summary>
    public const string Priority = "priority";

    /// <summary>A TimeSpan, or a number of seconds: when the request ends, answered or not.</summary>
    public const string Timeout = "timeout";

    /// <summary>A TimeSpan, or a number of seconds: how long the prompt is kept cached after its last use.</summary>
    public const string CachePin = "cache_pin_seconds";

    /// <summary>A string: cached prefixes are shared only with requests of the same salt.</summary>
    public const string CacheSalt = "cache_salt";

    /// <summary>A string: requests with the same key are kept together on one worker where that costs little; a conversation's id, say.</summary>
    public const string PromptCacheKey = "prompt_cache_key";

    /// <summary>A string: the tenant that the request is counted for.</summary>
    public const string User = "user";
}
