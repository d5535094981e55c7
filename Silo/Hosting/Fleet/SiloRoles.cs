namespace Preble.Hosting.Fleet;

/// <summary>What a process of a fleet does. One process alone does everything.</summary>
[Flags]
public enum SiloRoles
{
    None = 0,

    /// <summary>Answers REST requests. Reads the models' tokenisers and templates, never their weights.</summary>
    Gateway = 1,

    /// <summary>Owns devices: loads the models and runs their workers.</summary>
    Worker = 2,

    /// <summary>Hosts the schedulers and the prefix nodes. Needs no model.</summary>
    Scheduler = 4,

    All = Gateway | Worker | Scheduler,
}
