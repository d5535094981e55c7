namespace Preble.Hosting.Kubernetes;

/// <summary>Who knows the pods of the fleet.</summary>
internal interface IPods
{
    /// <summary>All of them, as of now or later than the call.</summary>
    /// <exception cref="PodsUnknownException">They could not be learned.</exception>
    Task<IReadOnlyList<Pod>> ListAsync(CancellationToken cancellation);
}

/// <summary>The API server did not say which pods there are. The message is one clause and holds no token.</summary>
internal sealed class PodsUnknownException(string reason, Exception? cause = null) : Exception(reason, cause);
