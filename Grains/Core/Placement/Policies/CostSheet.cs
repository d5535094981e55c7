using System.Runtime.InteropServices;
using Preble.Core.Placement.Costs;
using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement.Policies;

/// <summary>
/// What a request costs on each candidate, in weighed seconds: cost = L + Now + P + D + M (§3.2, Algorithm 2, with the present load beside the
/// window's, and a share of the decode). All but M are read from sums, so <see cref="Fill"/> works them out for all; M walks what would
/// be evicted, so it is worked out only for workers that can still win: the rest is a lower bound of the cost. Rows are the context's scores,
/// in the order of its candidates.
/// </summary>
internal ref struct CostSheet
{
    private readonly PlacementContext _context;
    private readonly Span<WorkerScore> _rows;

    private CostSheet(PlacementContext context)
    {
        _context = context;
        _rows = CollectionsMarshal.AsSpan(context.Scores);
    }

    /// <summary>Rows, one a candidate; the total is without M until <see cref="Complete"/>.</summary>
    public readonly ReadOnlySpan<WorkerScore> Rows => _rows;

    /// <summary>The longest match of any candidate, in blocks.</summary>
    public int Longest { get; private set; }

    public static CostSheet Fill(PlacementContext context)
    {
        var options = context.Options;
        var (prompt, most) = (context.Query.PromptTokens, context.MostHitTokens);
        CollectionsMarshal.SetCount(context.Scores, context.Candidates.Count);
        var sheet = new CostSheet(context);
        var (row, longest) = (0, 0);
        foreach (var worker in CollectionsMarshal.AsSpan(context.Candidates))
        {
            var overlap = context.CreditedBlocks(worker);
            longest = Math.Max(longest, overlap);
            var hit = Math.Min(overlap * context.BlockSize, most);
            var load = options.LoadWeight * worker.Load.TotalSeconds;
            var wait = options.NowWeight * worker.Present.WaitSeconds;
            var prefill = options.PrefillWeight * worker.Prefill.FirstTokenSeconds(prompt - hit, hit, worker.Present.StepSeconds);
            var decode = options.DecodeWeight > 0 ? options.DecodeWeight * context.ExpectedOutputTokens(worker) * worker.Present.StepSeconds : 0;
            sheet._rows[row++] = new WorkerScore(worker, overlap, load, double.NaN, prefill, load + wait + prefill + decode, wait);
        }

        sheet.Longest = longest;
        return sheet;
    }

    /// <summary>The cheapest of those with at least so many blocks, or of those assigned; −1 for none. Ties: in flight, then id.</summary>
    public readonly int Cheapest(int overlapBlocks, bool assigned = false)
    {
        // The least bound first: with its full cost most others need no M.
        var best = -1;
        for (var row = 0; row < _rows.Length; row++)
        {
            if (Takes(row, overlapBlocks, assigned) && (best < 0 || IsBetter(row, best)))
            {
                best = row;
            }
        }

        if (best < 0)
        {
            return best;
        }

        var first = best;
        Complete(first);
        for (var row = 0; row < _rows.Length; row++)
        {
            if (row != first && Takes(row, overlapBlocks, assigned) && IsBetter(row, best))
            {
                Complete(row);
                best = IsBetter(row, best) ? row : best;
            }
        }

        return best;
    }

    /// <summary>Adds M to a row, once.</summary>
    public readonly void Complete(int row)
    {
        if (double.IsNaN(_rows[row].EvictionSeconds))
        {
            var weight = _context.Options.EvictionWeight;
            var eviction = weight > 0 ? weight * EvictionCost.Seconds(_context, _rows[row].Worker) : 0;
            _rows[row] = _rows[row] with { EvictionSeconds = eviction, Total = _rows[row].Total + eviction };
        }
    }

    /// <summary>True when the row is among those to choose from.</summary>
    public readonly bool Takes(int row, int overlapBlocks, bool assigned) =>
        assigned ? _context.Assigned.Contains(_rows[row].Worker) : _rows[row].OverlapBlocks >= overlapBlocks;

    private readonly bool IsBetter(int row, int other) =>
        _rows[row].Total < _rows[other].Total
        || (_rows[row].Total == _rows[other].Total && PlacementContext.BreaksTie(_rows[row].Worker, _rows[other].Worker));
}
