using System.Diagnostics.Metrics;
using System.Reflection;
using Preble.Actors.Telemetry;
using Preble.Hosting.Fleet;

namespace Preble.Hosting.Telemetry;

/// <summary>What every process says of itself, whatever its role: what was built, and whether it is about to end.</summary>
internal sealed class ProcessInstruments
{
    /// <param name="draining">Whether new requests are refused.</param>
    public ProcessInstruments(Meter meter, ServeOptions options, Func<bool> draining)
    {
        var (version, commit) = Build();
        meter.CreateObservableGauge(
            InstrumentNames.BuildInfo,
            () => new Measurement<int>(
                1,
                new(InstrumentNames.VersionLabel, version),
                new(InstrumentNames.CommitLabel, commit),
                new(InstrumentNames.RolesLabel, RoleNames.Format(options.Fleet.Roles))),
            null,
            "Always 1; the labels say what runs here.");
        meter.CreateObservableGauge(InstrumentNames.Draining, () => draining() ? 1 : 0, null, "1 from the signal to end until the end.");
    }

    /// <summary>The build writes the commit behind the version, with a plus between; outside a checkout there is none.</summary>
    public static (string Version, string Commit) Build()
    {
        var built = typeof(ProcessInstruments).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        var plus = built.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? (built, "") : (built[..plus], built[(plus + 1)..]);
    }
}
