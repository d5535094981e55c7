namespace Preble.Api.Wire;

/// <summary>The form of the answer; only <c>text</c> is served.</summary>
internal sealed record ResponseFormat
{
    public string? Type { get; init; }
}
