using System.Text.Json;

namespace Preble.Benchmarks.Index;

/// <summary>The prompts of a trace as block hashes. An id of the trace names a whole prefix already, so it needs no chaining.</summary>
internal static class TracePrompts
{
    public static int[][] Read(string path)
    {
        var requests = new List<int[]>();
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 0))
        {
            using var request = JsonDocument.Parse(line);
            requests.Add([.. request.RootElement.GetProperty("hash_ids").EnumerateArray().Select(id => id.GetInt32())]);
        }

        return [.. requests];
    }

    /// <summary>Copies of the requests one after another; no block is shared between two copies.</summary>
    public static BlockHash[][] Copies(int[][] requests, int copies) =>
        [.. Enumerable.Range(0, copies).SelectMany(copy => Copy(requests, copy))];

    public static BlockHash[][] Copy(int[][] requests, int copy) => [.. requests.Select(request => Hashes(request, copy))];

    /// <summary>The first requests of a trace, up to this many different blocks.</summary>
    public static int[][] FirstBlocks(int[][] requests, int blocks)
    {
        var known = new HashSet<int>();
        return [.. requests.TakeWhile(request =>
        {
            known.UnionWith(request);
            return known.Count <= blocks;
        })];
    }

    public static int DistinctBlocks(int[][] requests) => requests.SelectMany(request => request).Distinct().Count();

    public static BlockHash[] Hashes(int[] request, int copy)
    {
        var hashes = new BlockHash[request.Length];
        for (var index = 0; index < request.Length; index++)
        {
            var name = ((ulong)copy << 32) + (uint)request[index] + 1;
            hashes[index] = new BlockHash(Mix(name), Mix(name ^ 0xD1B54A32D192ED03));
        }

        return hashes;
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
