namespace Preble.Api.Wire;

/// <summary>OpenAI's error body.</summary>
internal sealed record ErrorResponse(ErrorDetail Error);

/// <summary>What was wrong; <paramref name="Param"/> names the field when one is to blame.</summary>
internal sealed record ErrorDetail(string Message, string Type, string? Param, string? Code);
