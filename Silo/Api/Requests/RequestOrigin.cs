namespace Preble.Api;

/// <summary>What is known of a request beside its body.</summary>
/// <param name="Name">Ours, for answers and logs.</param>
/// <param name="Tenant">Whose it is, as the header says; null for no header.</param>
internal readonly record struct RequestOrigin(string Name, string? Tenant);
