using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Preble.Hosting.Fleet;

namespace Preble.Hosting.Orleans;

/// <summary>
/// What silos tell each other of themselves: their roles, and whose workers' devices they own. Placement decides by it. A silo knows its own at
/// once; another's come a moment after it has joined, and until then there is its name, which begins its workers' ids.
/// </summary>
internal sealed class SiloFacts(ISiloMetadataCache others, IClusterMembershipService members, ILocalSiloDetails here, OwnFacts own, TimeProvider time)
{
    internal const string Roles = "preble.roles";
    internal const string Workers = "preble.workers";

    /// <summary>How long a placement waits for what a silo that has just joined tells of itself, and how often it looks.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>False while the silo has not told its roles yet.</summary>
    public bool HasRole(SiloAddress silo, SiloRoles role) =>
        IsHere(silo) ? own.Roles.HasFlag(role) : Told(silo, Roles) is { Length: > 0 } names && RoleNames.Parse(names).HasFlag(role);

    /// <summary>The silo with the worker's device; of two the younger, for it is the older one's restart. Null when none is known to have it.</summary>
    public SiloAddress? FindOwner(SiloAddress[] silos, string worker) =>
        silos.Where(silo => Owns(silo, worker)).MaxBy(silo => silo.Generation)
        ?? silos.Where(silo => !Knows(silo) && IsNamedFor(silo, worker)).MaxBy(silo => silo.Generation);

    /// <summary>Waits until all of them have told what they are, a bounded time.</summary>
    public async Task LearnAsync(SiloAddress[] silos)
    {
        var start = time.GetTimestamp();
        while (!Array.TrueForAll(silos, Knows) && time.GetElapsedTime(start) < Patience)
        {
            await Task.Delay(Look, time);
        }
    }

    public bool Knows(SiloAddress silo) => IsHere(silo) || Told(silo, Roles) is not null;

    private bool IsHere(SiloAddress silo) => silo.Equals(here.SiloAddress);

    private string? Told(SiloAddress silo, string what) => others.GetSiloMetadata(silo)?.Metadata.GetValueOrDefault(what);

    private bool Owns(SiloAddress silo, string worker) =>
        IsHere(silo)
            ? own.Workers.Contains(new WorkerId(worker))
            : Told(silo, Workers) is { } workers && workers.Split(' ').Contains(worker, StringComparer.Ordinal);

    /// <summary>See <see cref="ServeOptions.WorkersOf"/>.</summary>
    private bool IsNamedFor(SiloAddress silo, string worker) =>
        members.CurrentSnapshot.Members.TryGetValue(silo, out var member)
        && worker.StartsWith($"{member.Name}-w", StringComparison.Ordinal)
        && worker.AsSpan(member.Name.Length + 2).IndexOfAnyExceptInRange('0', '9') < 0;
}
