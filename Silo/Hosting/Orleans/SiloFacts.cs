using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Preble.Hosting.Fleet;

namespace Preble.Hosting.Orleans;

/// <summary>What silos tell each other of themselves: their roles, and whose workers' devices they own. Placement decides by it.</summary>
internal sealed class SiloFacts(ISiloMetadataCache others, ILocalSiloDetails here, OwnFacts own)
{
    private const string Roles = "preble.roles";
    private const string Workers = "preble.workers";

    /// <summary>False while the silo has not told its roles yet.</summary>
    public bool HasRole(SiloAddress silo, SiloRoles role) =>
        silo.Equals(here.SiloAddress)
            ? own.Roles.HasFlag(role)
            : others.GetSiloMetadata(silo).Metadata.GetValueOrDefault(Roles) is { Length: > 0 } names && RoleNames.Parse(names).HasFlag(role);

    public bool Owns(SiloAddress silo, string worker) =>
        silo.Equals(here.SiloAddress)
            ? own.Workers.Contains(new WorkerId(worker))
            : others.GetSiloMetadata(silo).Metadata.GetValueOrDefault(Workers) is { } workers
                && workers.Split(' ').Contains(worker, StringComparer.Ordinal);

    /// <summary>Tells them to all silos. This one knows its own at once; what others know comes with their next look at the membership.</summary>
    public static void Tell(ISiloBuilder silo, OwnFacts own)
    {
        silo.Services.AddSingleton(own);
        silo.Services.AddSingleton<SiloFacts>();
        silo.UseSiloMetadata(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Roles] = RoleNames.Format(own.Roles),
            [Workers] = string.Join(' ', own.Workers.Select(worker => worker.Value)),
        });
    }
}

/// <summary>This silo's own.</summary>
internal sealed record OwnFacts(SiloRoles Roles, IReadOnlyList<WorkerId> Workers);
