namespace Preble.Api;

/// <summary>Names of our headers.</summary>
internal static class ApiHeaders
{
    /// <summary>On every answer: the name to give when asking what went wrong.</summary>
    public const string RequestId = "x-request-id";

    /// <summary>Of a request: whose it is; goes before the body's <c>user</c>, so that a gateway can set it.</summary>
    public const string Tenant = "X-Tenant-Id";

    /// <summary>Of a request: what it belongs to; goes before the body's <c>prompt_cache_key</c> and <c>user</c>.</summary>
    public const string Session = "X-Session-Id";

    /// <summary>Of a request: milliseconds within which the client wants its first token.</summary>
    public const string TtftTarget = "X-TTFT-Target-Ms";

    /// <summary>The worker that served the first choice.</summary>
    public const string Worker = "x-preble-worker";
}
