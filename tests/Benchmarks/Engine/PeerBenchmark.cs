using Preble.Testing;

namespace Preble.Benchmarks.Engine;

/// <summary>
/// Every width by our engine and by llama.cpp, in turn in one run, with as many threads each. Both read the same file of each width, in the
/// type that llama.cpp is best at; the model's own file comes last.
/// </summary>
internal sealed class PeerBenchmark(EngineBenchmarkOptions options)
{
    private readonly List<PeerRow> _rows = [];

    public IReadOnlyList<PeerRow> Run()
    {
        var program = EngineBench.Program();
        var peerMissing = LlamaCppPeer.Unavailable();
        Say($"machine  {Machine.Describe()}; {options.Threads} threads each, {options.Rounds} rounds in turn");
        Say($"commit   {Machine.Commit(RepositoryPaths.Root)}");
        Say(peerMissing is null ? "peer     llama.cpp (node-llama-cpp, prebuilt), flash attention, F16 KV" : $"peer     llama.cpp is not measured: {peerMissing}");
        Say(PeerReport.Heading);
        foreach (var width in Width.All)
        {
            var file = ConvertedModels.Find(options.Model, width, out var why);
            if (file is null)
            {
                Say($"{width.Name}: the model cannot be converted to {width.PeerType}, so it is converted as it is loaded, and only ours is measured: {why}");
            }

            TryMeasure(program, width, file ?? options.Model, file is null ? width.Weights : "native", withPeer: peerMissing is null && file is not null);
        }

        TryMeasure(program, null, options.Model, "native", withPeer: peerMissing is null);
        return _rows;
    }

    /// <summary>A width that one of the two cannot compute leaves the others to be measured.</summary>
    private void TryMeasure(string program, Width? width, string file, string weights, bool withPeer)
    {
        try
        {
            Measure(program, width, file, weights, withPeer);
        }
        catch (InvalidOperationException failure)
        {
            Say($"{width?.Name ?? "own file"}: not measured: {failure.Message}");
        }
    }

    private void Measure(string program, Width? width, string file, string weights, bool withPeer)
    {
        using var ours = EngineBench.Serve(program, file, options.Threads, weights);
        using var peer = withPeer ? new PatientPeer(file, options.Threads, Say) : null;
        for (var index = 0; index < PeerCase.All.Count; index++)
        {
            var what = PeerCase.All[index];
            var (a, b) = (new List<double>(), new List<double>());
            for (var round = 0; round < options.Rounds; round++)
            {
                a.Add(ours.Ask(what.EngineName, "tokensPerSecond"));
                if (peer?.Measure(what) is { } rate)
                {
                    b.Add(rate);
                }
            }

            _rows.Add(new PeerRow(width, Path.GetFileName(file), index, a, b));
            Say(PeerReport.Line(_rows[^1]));
        }
    }

    /// <summary>With --json the document alone goes to standard output.</summary>
    private void Say(string line) => (options.Json ? Console.Error : Console.Out).WriteLine(line);
}
