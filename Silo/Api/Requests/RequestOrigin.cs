namespace Preble.Api;

/// <summary>What is known of a request beside its body.</summary>
/// <param name="Name">Ours, for answers and logs.</param>
/// <param name="Tenant">Whose it is, as the header says; null for no header.</param>
/// <param name="Session">What it belongs to, as the header says; null for no header.</param>
/// <param name="TtftTarget">Milliseconds to the first token, as the header says; null for no header.</param>
internal readonly record struct RequestOrigin(string Name, string? Tenant, string? Session = null, string? TtftTarget = null);
