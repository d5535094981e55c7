namespace Preble.Core.Batching.Queueing;

/// <summary>The queue disciplines by name, as an option names them.</summary>
public static class QueueDisciplines
{
    public const string Default = "groups";

    public static IReadOnlyList<string> Names { get; } =
        [Default, "groups-round-robin", "fcfs", "longest-prefix", "shortest-prefill", "deadline"];

    /// <summary>What is wrong with the name, in a sentence; null when it names a discipline.</summary>
    public static string? Fault(string name) =>
        Names.Contains(name, StringComparer.Ordinal) ? null : $"There is no queue discipline '{name}'; there are {string.Join(", ", Names)}.";

    /// <summary>A new, empty discipline of that name; throws with a sentence when there is none.</summary>
    public static IQueueDiscipline Create(WorkerCoreOptions options) => options.Discipline switch
    {
        Default => new PriorityGroups(options.PriorityGroups),
        "groups-round-robin" => new RoundRobinGroups(options.PriorityGroups, options.RoundRobinQuantum),
        "fcfs" => new FirstComeFirstServed(),
        "longest-prefix" => new LongestPrefixMatch(),
        "shortest-prefill" => new ShortestPrefillFirst(),
        "deadline" => new EarliestDeadline(),
        var name => throw new ArgumentException(Fault(name), nameof(options)),
    };
}
