using System.Collections.Immutable;
using Preble.Core.Placement.Policies;

namespace Preble.Core.Placement.Explaining;

/// <summary>
/// The last decisions, to explain them when somebody asks: a ring that is made once and overwritten, so that remembering a decision
/// allocates nothing. Asking scans the ring; that is for people and not for each request.
/// </summary>
/// <param name="policy">Name of the policy whose decisions they are.</param>
/// <param name="kept">How many are remembered; 0 for none.</param>
/// <param name="mostScores">Most workers remembered of all decisions together.</param>
public sealed class PlacementLog(string policy, PlacementMeasure measure, int kept, int mostScores = Limits.PlacementScoresKept)
{
    private readonly Entry[] _ring = new Entry[kept];
    private readonly ScoreRing _scores = new(mostScores);
    private long _written;

    /// <summary>Notes a decision; to be called before it is booked, while workers are as the policy saw them.</summary>
    public void Add(PlacementContext context, in PlacementDecision decision, TimeSpan now)
    {
        if (kept == 0)
        {
            return;
        }

        var count = context.Scores.Count;
        _ring[_written++ % kept] = new Entry
        {
            Request = context.Query.Request,
            Siblings = context.Query.Siblings,
            At = now,
            Reason = decision.Reason,
            Worker = decision.Worker.Id,
            PromptTokens = context.Query.PromptTokens,
            PromptBlocks = context.Query.Blocks.Length,
            HitTokens = context.HitTokens(decision.Worker),
            ExpectedOutputTokens = context.ExpectedOutputTokens(decision.Worker),
            FirstScore = _scores.Add(context.Scores, context.BlockSize, (long)kept * count),
            ScoreCount = count,
        };
    }

    /// <summary>Notes that a request was refused.</summary>
    public void Add(PlacementQuery query, Rejection rejection, TimeSpan now)
    {
        if (kept > 0)
        {
            _ring[_written++ % kept] = new Entry
            {
                Request = query.Request,
                Siblings = query.Siblings,
                At = now,
                PromptTokens = query.PromptTokens,
                PromptBlocks = query.Blocks.Length,
                Rejection = rejection,
            };
        }
    }

    /// <summary>The last decisions that pass the filter, the latest first.</summary>
    public ImmutableArray<PlacementRecord> Last(PlacementFilter filter, TimeSpan now)
    {
        var found = ImmutableArray.CreateBuilder<PlacementRecord>();
        for (var number = _written - 1; number >= Oldest && found.Count < filter.Count; number--)
        {
            ref readonly var entry = ref _ring[number % kept];
            if (Passes(entry, filter))
            {
                found.Add(Record(entry, now));
            }
        }

        return found.ToImmutable();
    }

    /// <summary>
    /// The decisions about one API request, the first first. <paramref name="request"/> is its name, whose choices are
    /// <c>name-0</c>, <c>name-1</c> and whose further attempts <c>name-0-2</c>; or one of these.
    /// </summary>
    public ImmutableArray<PlacementRecord> Find(RequestId request, TimeSpan now)
    {
        var found = ImmutableArray.CreateBuilder<PlacementRecord>();
        for (var number = Oldest; number < _written; number++)
        {
            ref readonly var entry = ref _ring[number % kept];
            if (IsAbout(entry, request.Value))
            {
                found.Add(Record(entry, now));
            }
        }

        return found.ToImmutable();
    }

    private long Oldest => Math.Max(0, _written - kept);

    private static bool Passes(in Entry entry, PlacementFilter filter) =>
        (filter.Worker is not { } worker || (entry.Rejection is null && entry.Worker == worker))
        && (filter.Reason is not { } reason || (entry.Rejection is null && entry.Reason == reason))
        && (!filter.Refused || entry.Rejection is not null);

    private static bool IsAbout(in Entry entry, string name)
    {
        if (IsOf(entry.Request.Value, name))
        {
            return true;
        }

        foreach (var sibling in entry.Siblings.IsDefault ? [] : entry.Siblings)
        {
            if (IsOf(sibling.Value, name))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOf(string request, string name) =>
        request.StartsWith(name, StringComparison.Ordinal) && (request.Length == name.Length || request[name.Length] == '-');

    private PlacementRecord Record(in Entry entry, TimeSpan now)
    {
        var placed = entry.Rejection is null;
        var record = new PlacementRecord
        {
            Request = entry.Request,
            Siblings = entry.Siblings.IsDefault ? [] : entry.Siblings,
            AgeSeconds = (now - entry.At).TotalSeconds,
            Policy = policy,
            Measure = measure,
            Reason = placed ? entry.Reason : null,
            Worker = placed ? entry.Worker : null,
            PromptTokens = entry.PromptTokens,
            PromptBlocks = entry.PromptBlocks,
            HitTokens = entry.HitTokens,
            MissedTokens = placed ? entry.PromptTokens - entry.HitTokens : 0,
            ExpectedOutputTokens = entry.ExpectedOutputTokens,
            Rejection = entry.Rejection,
            Workers = ImmutableArray.Create(_scores.Read(entry.FirstScore, entry.ScoreCount)),
        };
        return record with { Explanation = PlacementSentence.Of(record) };
    }

    private struct Entry
    {
        public RequestId Request;
        public ImmutableArray<RequestId> Siblings;
        public TimeSpan At;
        public PlacementReason Reason;
        public WorkerId Worker;
        public int PromptTokens;
        public int PromptBlocks;
        public int HitTokens;
        public int ExpectedOutputTokens;
        public long FirstScore;
        public int ScoreCount;
        public Rejection? Rejection;
    }
}
