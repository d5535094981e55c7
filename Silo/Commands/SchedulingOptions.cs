using System.CommandLine;
using Preble.Core;
using Preble.Core.Batching.Queueing;
using Preble.Hosting;

namespace Preble.Commands;

/// <summary>The command-line options of a worker's local scheduler: who waits, who is next, how much a step computes, what stays cached.</summary>
internal sealed class SchedulingOptions
{
    /// <summary>What --speculate means without a number: with the known token half a block.</summary>
    private const int DefaultDrafts = 7;

    private static readonly ServeOptions Defaults = new();

    private readonly Option<int> _queue = Of("--queue", "N", "Requests a worker queues before it refuses.", Limits.WaitingRequests);

    private readonly Option<int> _schedulerQueue = Of(
        "--scheduler-queue", "N", "Requests that wait, by priority and tenant, while every worker's queue is full; 0 refuses them at once.",
        Defaults.SchedulerQueue);

    private readonly Option<int> _schedulerShards = Of(
        "--scheduler-shards", "N", "Schedulers that a model's prompts are divided among, by their first block.", Defaults.SchedulerShards);

    private readonly Option<int> _batch = Of("--batch", "N", "Sequences a worker computes in one step.", Limits.RunningSequences);

    private readonly Option<int?> _speculate = new("--speculate")
    {
        HelpName = "N",
        Arity = ArgumentArity.ZeroOrOne,
        Description = "Guess up to N tokens ahead for each sequence from what it has said before, and check them in one pass: the same output, "
            + $"sooner where it repeats the prompt or itself. Off by default; {DefaultDrafts} when N is left out.",
    };

    private readonly Option<double> _itlTarget = Of(
        "--itl-target-ms", "MS", "The longest gap that prefill may cause in a running stream; 0: a fixed number of tokens a step.", Defaults.ItlTargetMs);

    private readonly Option<string> _discipline = Of(
        "--queue-discipline", "NAME", $"Who of the waiting is next: {string.Join(", ", QueueDisciplines.Names)}.", Defaults.QueueDiscipline);

    private readonly Option<int> _groups = Of(
        "--priority-groups", "P", "Groups by cached share of the prompt, for the disciplines that have groups.", Defaults.PriorityGroups);

    private readonly Option<bool> _noFairness = new("--no-fairness") { Description = "Do not let tenants take turns by what they were served." };

    private readonly Option<string> _eviction = Of(
        "--eviction", "lru|cost", "Which cached block goes first: the least recently used, or the one that is worth least.", Defaults.Eviction);

    private readonly Option<double> _pinnedShare = Of(
        "--pinned-share", "SHARE", "Share of the blocks that requests may pin with cache_pin_seconds.", Defaults.PinnedShare);

    private readonly Option<double> _slowReader = Of(
        "--slow-reader-seconds", "S", "How long a stream may go unread before it is cut.", Defaults.SlowReaderSeconds);

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _queue, _schedulerQueue, _schedulerShards, _batch, _speculate, _itlTarget, _discipline, _groups, _noFairness, _eviction, _pinnedShare, _slowReader,
        })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The options with what the command line says; not validated yet.</summary>
    public ServeOptions Read(ParseResult arguments, ServeOptions options) => options with
    {
        WaitingRequests = arguments.GetValue(_queue),
        SchedulerQueue = arguments.GetValue(_schedulerQueue),
        SchedulerShards = arguments.GetValue(_schedulerShards),
        RunningSequences = arguments.GetValue(_batch),

        // Each sequence of a batch has a token in its step.
        StepTokens = Math.Max(options.StepTokens, arguments.GetValue(_batch)),
        SpeculateTokens = arguments.GetResult(_speculate) is null ? 0 : arguments.GetValue(_speculate) ?? DefaultDrafts,
        ItlTargetMs = arguments.GetValue(_itlTarget),
        QueueDiscipline = arguments.GetValue(_discipline)!,
        PriorityGroups = arguments.GetValue(_groups),
        Fairness = !arguments.GetValue(_noFairness),
        Eviction = arguments.GetValue(_eviction)!,
        PinnedShare = arguments.GetValue(_pinnedShare),
        SlowReaderSeconds = arguments.GetValue(_slowReader),
    };

    private static Option<T> Of<T>(string name, string helpName, string description, T value) =>
        new(name) { HelpName = helpName, Description = description, DefaultValueFactory = _ => value };
}
