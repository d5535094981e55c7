using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Preble.Hosting.Fleet;

namespace Preble.Hosting.Orleans;

/// <summary>What this silo tells the others of itself.</summary>
internal sealed record OwnFacts(SiloRoles Roles, IReadOnlyList<WorkerId> Workers)
{
    public void AddTo(ISiloBuilder silo)
    {
        silo.Services.AddSingleton(this);
        silo.Services.AddSingleton<SiloFacts>();
        silo.UseSiloMetadata(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [SiloFacts.Roles] = RoleNames.Format(Roles),
            [SiloFacts.Workers] = string.Join(' ', Workers.Select(worker => worker.Value)),
        });
    }
}
