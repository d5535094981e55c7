namespace Preble.Api;

/// <summary>Names of our response headers.</summary>
internal static class ApiHeaders
{
    /// <summary>On every answer: the name to give when asking what went wrong.</summary>
    public const string RequestId = "x-request-id";

    /// <summary>The worker that served the first choice.</summary>
    public const string Worker = "x-preble-worker";
}
