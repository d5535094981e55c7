using System.Net;

namespace Preble.Hosting.Kubernetes;

/// <summary>A pod of the fleet, as the API server knows it.</summary>
/// <param name="Addresses">Empty until it has been given one.</param>
/// <param name="HasEnded">Its containers have ended and will not start again, as after an eviction; the pod stays in the list.</param>
internal sealed record Pod(string Name, IReadOnlyList<IPAddress> Addresses, bool HasEnded = false);
