using Microsoft.Extensions.DependencyInjection;
using Preble.Hosting.Fleet;

namespace Preble.Hosting;

/// <summary>Which host runs the grains of this process. Grain classes are the same in both; see docs/adr/0001.</summary>
internal static partial class GrainHost
{
    public const string InProcess = "in-process";
    public const string Orleans = "orleans";

    public static IReadOnlyList<string> Names { get; } = [InProcess, Orleans];

    /// <param name="workers">The workers of this process; their grains live here.</param>
    /// <exception cref="StartException">Orleans is asked for and this build has not got it.</exception>
    public static void Add(IServiceCollection services, string name, FleetOptions fleet, IReadOnlyList<WorkerId> workers)
    {
        if (!string.Equals(name, Orleans, StringComparison.Ordinal))
        {
            services.AddInProcessGrains();
            return;
        }

        var added = false;
        AddOrleans(services, fleet, workers, ref added);
        if (!added)
        {
            throw new StartException("This build has no Orleans host, for its packages could not be restored here; use --runtime in-process.");
        }
    }

    /// <summary>Implemented where the packages are (Silo/Hosting/Orleans); without them the call is not there.</summary>
    static partial void AddOrleans(IServiceCollection services, FleetOptions fleet, IReadOnlyList<WorkerId> workers, ref bool added);
}
