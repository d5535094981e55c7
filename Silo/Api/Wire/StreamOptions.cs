namespace Preble.Api.Wire;

/// <summary>What a stream shall carry besides its text.</summary>
internal sealed record StreamOptions
{
    public bool? IncludeUsage { get; init; }
}
