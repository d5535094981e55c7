namespace Preble.Core.Batching.Queueing;

/// <summary>One tenant's requests of one priority, and what it was served of late.</summary>
internal sealed class TenantQueue(string tenant, IQueueDiscipline discipline)
{
    public string Tenant { get; set; } = tenant;

    /// <summary>Those that may go now, in order.</summary>
    public IQueueDiscipline Discipline { get; } = discipline;

    /// <summary>The virtual token counter: weighted tokens served, raised when the tenant comes back from doing nothing.</summary>
    public long Served { get; set; }

    /// <summary>Requests that wait for their first admission, parked ones included.</summary>
    public int Waiting { get; set; }

    /// <summary>Requests that wait or run.</summary>
    public int Requests { get; set; }
}
