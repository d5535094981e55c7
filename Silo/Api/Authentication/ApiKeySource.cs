namespace Preble.Api;

/// <summary>Where the keys come from: a file, which may change while the server runs, or a text, which may not. Neither: the API is open.</summary>
internal sealed record ApiKeySource(string? File = null, string? Text = null)
{
    public static ApiKeySource None { get; } = new();

    public bool IsNone => File is null && Text is null;
}
