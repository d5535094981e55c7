using System.Text.Json.Serialization;

namespace Preble.Api.Wire;

/// <summary>The answer of the health probes.</summary>
internal sealed record HealthResponse(
    string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? HealthyWorkers);
