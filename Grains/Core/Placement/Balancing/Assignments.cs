using Preble.Core.Placement.Fleet;
using Preble.Core.Placement.Policies;

namespace Preble.Core.Placement.Balancing;

/// <summary>
/// The prefixes that balancing has assigned to workers, distinct from what is resident where. A prefix is named by the hash of its last
/// block, so that it does not matter how the index cuts its edges. A request belongs to the deepest assigned prefix of its prompt:
/// descendants inherit. Found by a probe for each length that any assigned prefix has, without allocating.
/// </summary>
public sealed class Assignments(SchedulerOptions options)
{
    private readonly Dictionary<BlockHash, Assignment> _byPrefix = [];

    /// <summary>The lengths in blocks that assigned prefixes have, ascending, and how many have each.</summary>
    private readonly SortedList<int, int> _lengths = [];

    public int Count => _byPrefix.Count;

    public Dictionary<BlockHash, Assignment>.ValueCollection All => _byPrefix.Values;

    public Assignment? Find(BlockHash prefix) => _byPrefix.GetValueOrDefault(prefix);

    /// <summary>
    /// The deepest assigned prefix of a prompt that it would exploit: one much shorter than what follows is no reason to go anywhere, and a
    /// system prompt's assignment must not gather all that begins with it.
    /// </summary>
    public Assignment? Find(ReadOnlySpan<BlockHash> prompt, int promptTokens, int blockSize)
    {
        for (var index = _lengths.Count - 1; index >= 0; index--)
        {
            var blocks = _lengths.GetKeyAtIndex(index);
            if (blocks > prompt.Length)
            {
                continue;
            }

            var tokens = (double)blocks * blockSize;
            if (promptTokens - tokens >= options.ExploitThreshold * tokens)
            {
                return null;
            }

            if (_byPrefix.TryGetValue(prompt[blocks - 1], out var assignment) && assignment.Blocks == blocks)
            {
                return assignment;
            }
        }

        return null;
    }

    /// <summary>Fills the context's assigned workers: those of the prompt's assignment that may take it now.</summary>
    public void Apply(PlacementContext context, TimeSpan now)
    {
        if (Find(context.Query.Blocks.AsSpan(), context.Query.PromptTokens, context.BlockSize) is not { } assignment)
        {
            return;
        }

        assignment.UsedAt = now;
        foreach (var worker in assignment.Workers)
        {
            if (context.Candidates.Contains(worker))
            {
                context.Assigned.Add(worker);
            }
        }
    }

    /// <summary>
    /// Assigns a prefix to <paramref name="workers"/>; returns its assignment, or null when there is no room for one more.
    /// </summary>
    public Assignment? Assign(BlockHash prefix, int blocks, IEnumerable<WorkerView> workers, long generation, TimeSpan now)
    {
        if (Find(prefix) is not { } assignment)
        {
            if (_byPrefix.Count == Limits.Assignments)
            {
                return null;
            }

            assignment = new Assignment(prefix, blocks);
            _byPrefix.Add(prefix, assignment);
            _lengths[blocks] = _lengths.GetValueOrDefault(blocks) + 1;
        }

        assignment.Workers.Clear();
        assignment.Workers.AddRange(workers);
        (assignment.Generation, assignment.UsedAt) = (generation, now);
        return assignment;
    }

    /// <summary>A worker is lost: nothing is assigned to it any more. A prefix that has none left goes where it is resident.</summary>
    public void Drop(WorkerView worker)
    {
        foreach (var assignment in _byPrefix.Values)
        {
            if (assignment.Workers.Remove(worker))
            {
                assignment.Generation++;
            }
        }
    }

    /// <summary>Forgets what no request has asked for within H.</summary>
    public void Expire(TimeSpan now)
    {
        foreach (var (prefix, assignment) in _byPrefix)
        {
            if (now - assignment.UsedAt >= options.Window)
            {
                _byPrefix.Remove(prefix);
                Forget(assignment.Blocks);
            }
        }
    }

    private void Forget(int blocks)
    {
        var left = _lengths[blocks] - 1;
        if (left == 0)
        {
            _lengths.Remove(blocks);
        }
        else
        {
            _lengths[blocks] = left;
        }
    }
}
