namespace Preble.Api;

/// <summary>A key that opens the API, as its hash: the key itself is not kept.</summary>
/// <param name="Hash">SHA-256 of the key.</param>
/// <param name="Name">Whose key it is: the tenant of all its requests. Null for a key whose requests name their tenants themselves.</param>
internal sealed record ApiKey(byte[] Hash, string? Name);
