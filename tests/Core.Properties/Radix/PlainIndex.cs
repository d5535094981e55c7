namespace Preble.Core.Properties.Radix;

/// <summary>
/// The dumb version of the prefix index: for each worker the set of blocks it has reported and the prompts it has in flight.
/// </summary>
public sealed class PlainIndex(int workers)
{
    private readonly HashSet<BlockHash>[] _held = [.. Enumerable.Range(0, workers).Select(_ => new HashSet<BlockHash>())];
    private readonly List<BlockHash[]>[] _inFlight = [.. Enumerable.Range(0, workers).Select(_ => new List<BlockHash[]>())];

    /// <summary>Prompts that keep blocks known, of requests within the window.</summary>
    public List<BlockHash[]> Window { get; } = [];

    public void Store(int worker, BlockHash hash) => _held[worker].Add(hash);

    public void Remove(int worker, BlockHash hash) => _held[worker].Remove(hash);

    public void Clear(int worker) => _held[worker].Clear();

    public void Drop(int worker)
    {
        _held[worker].Clear();
        _inFlight[worker].Clear();
    }

    public void Begin(int worker, BlockHash[] prompt) => _inFlight[worker].Add(prompt);

    public void End(int worker, BlockHash[] prompt) => _inFlight[worker].Remove(prompt);

    public bool Holds(int worker, BlockHash hash) => _held[worker].Contains(hash);

    public int HeldBlocks(int worker) => _held[worker].Count;

    public int ResidentBlocks(int worker) => Resident(worker).Count;

    public int Overlap(int worker, BlockHash[] prompt)
    {
        var resident = Resident(worker);
        return prompt.TakeWhile(resident.Contains).Count();
    }

    /// <summary>Blocks that must be known: held, or of a prompt in flight or in the window.</summary>
    public HashSet<BlockHash> Needed()
    {
        var needed = new HashSet<BlockHash>(Window.SelectMany(prompt => prompt));
        for (var worker = 0; worker < workers; worker++)
        {
            needed.UnionWith(Resident(worker));
        }

        return needed;
    }

    private HashSet<BlockHash> Resident(int worker)
    {
        var resident = new HashSet<BlockHash>(_held[worker]);
        _inFlight[worker].ForEach(resident.UnionWith);
        return resident;
    }
}
