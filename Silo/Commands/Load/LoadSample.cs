namespace Preble.Commands.Load;

/// <summary>What one request of a load came to.</summary>
/// <param name="Error">The kind of failure; null when it was answered.</param>
internal sealed record LoadSample(
    double FirstTokenSeconds,
    IReadOnlyList<double> GapSeconds,
    double TotalSeconds,
    long PromptTokens,
    long CachedTokens,
    long OutputTokens,
    string? Worker,
    string? Error);
