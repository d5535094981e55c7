namespace Preble.Api.Wire;

/// <summary>The answer of the health probes.</summary>
internal sealed record HealthResponse(string Status, int HealthyWorkers);
