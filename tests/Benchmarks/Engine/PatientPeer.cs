namespace Preble.Benchmarks.Engine;

/// <summary>llama.cpp on one file. A case that it cannot compute, or not in time, is told and passed over; it is started anew for the next.</summary>
internal sealed class PatientPeer(string file, int threads, Action<string> say) : IDisposable
{
    // More would keep ours waiting for a peer that cannot compute this file at all.
    private const int MostFailures = 2;
    private LlamaCppPeer? _peer;
    private PeerCase? _failed;
    private int _failures;

    /// <summary>Tokens a second of one round; null when there is no figure.</summary>
    public double? Measure(PeerCase what)
    {
        if (_failures == MostFailures || what == _failed)
        {
            return null;
        }

        try
        {
            _peer ??= LlamaCppPeer.Start(file, threads);
            return _peer.Measure(what);
        }
        catch (InvalidOperationException failure)
        {
            say($"llama.cpp, {Path.GetFileName(file)}, {what.Name}: passed over: {failure.Message}");
            _peer?.Dispose();
            _peer = null;
            _failed = what;
            _failures++;
            return null;
        }
    }

    public void Dispose() => _peer?.Dispose();
}
