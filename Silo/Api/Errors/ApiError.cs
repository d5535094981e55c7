using Preble.Api.Wire;

namespace Preble.Api;

/// <summary>An error as a client sees it: HTTP status and OpenAI's error body. Made by <see cref="ApiErrors"/> only.</summary>
/// <param name="RetryAfterSeconds">When asking again may help; 0 for never.</param>
internal sealed record ApiError(int Status, string Type, string? Code, string Message, string? Param, double RetryAfterSeconds)
{
    public ErrorResponse ToWire() => new(new ErrorDetail(Message, Type, Param, Code));
}
