using System.Globalization;
using Orleans.Runtime;

namespace Preble.Hosting.Orleans;

/// <summary>A grain's address as text: <c>ACTIVATION SILO VERSION</c>. What identifies the activation stands first, so that a script can compare it.</summary>
internal static class DirectoryEntry
{
    private const char Separator = ' ';

    public static string Write(GrainAddress address) =>
        string.Create(CultureInfo.InvariantCulture, $"{Identity(address)}{address.MembershipVersion.Value}");

    /// <summary>What two entries of the same activation share: all but the version of the membership in which they were written.</summary>
    public static string Identity(GrainAddress address) =>
        $"{address.ActivationId.ToParsableString()}{Separator}{address.SiloAddress!.ToParsableString()}{Separator}";

    /// <summary>Ends every entry of the silo, before the version.</summary>
    public static bool IsOf(string entry, SiloAddress silo) =>
        entry.Contains($"{Separator}{silo.ToParsableString()}{Separator}", StringComparison.Ordinal);

    /// <exception cref="FormatException">It was not written by <see cref="Write"/>.</exception>
    public static GrainAddress Read(GrainId grain, string entry) =>
        entry.Split(Separator) is [var activation, var silo, var version]
            ? new GrainAddress
            {
                GrainId = grain,
                ActivationId = ActivationId.FromParsableString(activation),
                SiloAddress = SiloAddress.FromParsableString(silo),
                MembershipVersion = new MembershipVersion(long.Parse(version, CultureInfo.InvariantCulture)),
            }
            : throw new FormatException($"The directory's entry of {grain} has not three parts.");
}
