namespace Preble.Core.Placement.Sharding;

/// <summary>What the other shards have booked on one worker: the last word of each, and their sum. Nothing while there is one shard.</summary>
public sealed class LoadElsewhere
{
    /// <summary>For all workers of which no other shard has said anything; never changed.</summary>
    public static readonly LoadElsewhere None = new();

    private BookedLoad[] _shards = [];
    private BookedLoad _sum;

    /// <summary>By reference, for each decision reads a number or two of every worker.</summary>
    public ref readonly BookedLoad Sum => ref _sum;

    /// <summary>What a shard said last holds alone. Returns false when it says nothing new.</summary>
    public bool Set(Shard from, BookedLoad load)
    {
        if (_shards.Length == 0)
        {
            _shards = new BookedLoad[from.Count];
        }

        var before = _shards[from.Index];
        if (before == load)
        {
            return false;
        }

        _shards[from.Index] = load;
        _sum = Add(Add(_sum, before, -1), load, 1);
        return true;
    }

    /// <summary>All are whole numbers, so what is added and taken away leaves nothing behind.</summary>
    private static BookedLoad Add(in BookedLoad to, in BookedLoad load, int times) => new()
    {
        InFlight = to.InFlight + (times * load.InFlight),
        UnreportedRequests = to.UnreportedRequests + (times * load.UnreportedRequests),
        UnreportedTokens = to.UnreportedTokens + (times * load.UnreportedTokens),
        MissedTokens = to.MissedTokens + (times * load.MissedTokens),
        ContextTokens = to.ContextTokens + (times * load.ContextTokens),
        Tokens = to.Tokens + (times * load.Tokens),
        Booked = to.Booked + (times * load.Booked),
        Finished = to.Finished + (times * load.Finished),
        WindowRequests = to.WindowRequests + (times * load.WindowRequests),
        ResidentBlocks = to.ResidentBlocks + (times * load.ResidentBlocks),
        InUseBlocks = to.InUseBlocks + (times * load.InUseBlocks),
        OutputBlocks = to.OutputBlocks + (times * load.OutputBlocks),
    };
}
