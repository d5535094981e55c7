namespace Preble.Api;

/// <summary>One stream that <see cref="WorkerWatch"/> looks after. Say <see cref="Seen"/> at each chunk; dispose it at the stream's end.</summary>
internal sealed class StreamWatch(WorkerId worker, Action lose, Action<StreamWatch> end, TimeProvider time) : IDisposable
{
    private long _seen = time.GetTimestamp();
    private int _asking;

    public WorkerId Worker => worker;

    public void Seen() => Volatile.Write(ref _seen, time.GetTimestamp());

    public void Dispose() => end(this);

    /// <summary>True when nothing has come for so long, and nobody asks for it yet.</summary>
    public bool TryAskAfter(TimeSpan quiet) =>
        time.GetElapsedTime(Volatile.Read(ref _seen)) >= quiet && Interlocked.Exchange(ref _asking, 1) == 0;

    /// <summary>The worker lives, so it is waited for anew; or it does not, and the stream is told.</summary>
    public void Answer(bool lives)
    {
        if (lives)
        {
            Seen();
        }
        else
        {
            lose();
        }

        Volatile.Write(ref _asking, 0);
    }
}
