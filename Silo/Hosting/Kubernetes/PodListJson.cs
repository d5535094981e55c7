using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Preble.Hosting.Kubernetes;

/// <summary>The few fields of a v1.PodList that matter here.</summary>
internal sealed record PodListJson(PodListJson.ListFacts? Metadata, IReadOnlyList<PodListJson.PodFacts>? Items)
{
    public sealed record ListFacts(string? Continue);

    public sealed record PodFacts(NameFacts? Metadata, StatusFacts? Status);

    public sealed record NameFacts(string? Name);

    public sealed record StatusFacts(
        string? Phase, [property: JsonPropertyName("podIP")] string? PodIP, [property: JsonPropertyName("podIPs")] IReadOnlyList<AddressFacts>? PodIPs);

    public sealed record AddressFacts(string? Ip);

    /// <exception cref="PodsUnknownException">It is no list of pods, or not all of it.</exception>
    public static IReadOnlyList<Pod> Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, PodListContext.Default.PodListJson) switch
            {
                { Items: { } pods, Metadata: not { Continue.Length: > 0 } } => [.. pods.Select(Read)],
                { Items: not null } => throw new PodsUnknownException("it answers with a part of the list"),
                _ => throw new PodsUnknownException("it answers with something that is no list of pods"),
            };
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException)
        {
            throw new PodsUnknownException("it answers with something that is no list of pods", wrong);
        }
    }

    private static Pod Read(PodFacts pod)
    {
        var addresses = (pod.Status?.PodIPs ?? []).Select(one => one.Ip).Append(pod.Status?.PodIP).Where(ip => !string.IsNullOrEmpty(ip)).Distinct();
        return new Pod(
            pod.Metadata?.Name ?? throw new FormatException("A pod has no name."),
            [.. addresses.Select(ip => IPAddress.Parse(ip!))],
            HasEnded: pod.Status?.Phase is "Succeeded" or "Failed");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PodListJson))]
internal sealed partial class PodListContext : JsonSerializerContext;
