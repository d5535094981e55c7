using System.Globalization;

namespace Preble.Core.Placement.Sharding;

/// <summary>
/// Into how many schedulers each model's prompts are divided, and which of them is whose: the same answer for the API, the workers and the
/// schedulers. A prompt goes by its first block, so all that share a prefix meet in one shard; one without a full block goes by its request.
/// </summary>
public sealed record SchedulerShards
{
    /// <exception cref="ArgumentException">The number makes no sense.</exception>
    public SchedulerShards(int count = 1) => Count = count is >= 1 and <= Limits.SchedulerShards
        ? count
        : throw new ArgumentException($"The number of scheduler shards must be from 1 to {Limits.SchedulerShards}; it is {count}.", nameof(count));

    public int Count { get; }

    /// <summary>The key of the scheduler that a request is placed by, and completed at.</summary>
    public string KeyOf(ModelId model, PlacementQuery query) => Key(model, IndexOf(query));

    public int IndexOf(PlacementQuery query) =>
        Count == 1 ? 0 : (int)((query.Blocks.IsDefaultOrEmpty ? Hash(query.Request.Value) : query.Blocks[0].Low) % (ulong)Count);

    /// <summary>The model's name alone while there is one shard; else <c>model/shard</c>.</summary>
    public string Key(ModelId model, int shard) => Count == 1 ? model.Value : string.Create(CultureInfo.InvariantCulture, $"{model.Value}/{shard}");

    /// <summary>The keys of all shards of a model.</summary>
    public IEnumerable<string> Keys(ModelId model) => Enumerable.Range(0, Count).Select(shard => Key(model, shard));

    /// <summary>Whose key it is. A model's name may have slashes of its own.</summary>
    public (ModelId Model, Shard Shard) Parse(string key)
    {
        if (Count == 1)
        {
            return (new ModelId(key), new Shard(0, 1));
        }

        var slash = key.LastIndexOf('/');
        return slash > 0 && int.TryParse(key.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var shard) && shard < Count
            ? (new ModelId(key[..slash]), new Shard(shard, Count))
            : throw new ArgumentException($"A scheduler's key is a model and a shard below {Count}; it is {key}.", nameof(key));
    }

    /// <summary>FNV-1a, mixed once more: the same in every process, and even in its low bits.</summary>
    private static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in text)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        return (hash ^ (hash >> 32)) * 0x9E3779B97F4A7C15 >> 16;
    }
}
