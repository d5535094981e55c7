namespace Preble.Hosting.Fleet;

/// <summary>Roles as text: on the command line, and in a silo's metadata, where other silos read them.</summary>
public static class RoleNames
{
    private static readonly (SiloRoles Role, string Name)[] Names =
    [
        (SiloRoles.Gateway, "gateway"), (SiloRoles.Worker, "worker"), (SiloRoles.Scheduler, "scheduler"),
    ];

    /// <summary>Reads <c>all</c> or a list such as <c>gateway,scheduler</c>.</summary>
    /// <exception cref="StartException">A name is unknown, or there is none.</exception>
    public static SiloRoles Parse(string text)
    {
        var roles = SiloRoles.None;
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            roles |= name is "all" ? SiloRoles.All : Names.FirstOrDefault(known => known.Name == name).Role is var role and not SiloRoles.None
                ? role
                : throw Unknown(text);
        }

        return roles == SiloRoles.None ? throw Unknown(text) : roles;
    }

    /// <summary>The names with commas between them; what <see cref="Parse"/> reads.</summary>
    public static string Format(SiloRoles roles) => string.Join(',', Names.Where(known => roles.HasFlag(known.Role)).Select(known => known.Name));

    private static StartException Unknown(string text) =>
        new($"--role must be 'all' or a list of {string.Join(", ", Names.Select(known => known.Name))}, not '{text}'.");
}
