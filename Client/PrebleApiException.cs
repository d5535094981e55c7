namespace Preble.Client;

/// <summary>The server refused a request or failed at it.</summary>
/// <param name="status">The HTTP status; 200 when a stream failed after it had begun.</param>
/// <param name="code">OpenAI's error code, such as <c>context_length_exceeded</c>, when there is one.</param>
/// <param name="retryAfter">When the server says that asking again may help.</param>
/// <param name="requestId">The server's name for the request, for asking about it.</param>
public sealed class PrebleApiException(
    string message, int status, string? code = null, TimeSpan? retryAfter = null, string? requestId = null) : Exception(message)
{
    public int Status { get; } = status;

    public string? Code { get; } = code;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    public string? RequestId { get; } = requestId;
}
