using Preble.Core.Batching;

namespace Preble.Actors.Workers;

/// <summary>The streams of an engine that are traced: after each plan their spans hear who was scheduled, preempted or resumed. The engine's thread only.</summary>
internal sealed class TracedStreams
{
    private readonly List<TokenStream> _streams = [];

    public void Add(TokenStream stream)
    {
        if (stream.Span is { } span)
        {
            span.Queued();
            _streams.Add(stream);
        }
    }

    public void Look(WorkerCore core)
    {
        for (var i = _streams.Count - 1; i >= 0; i--)
        {
            if (core.StatusOf(_streams[i].Command.Request) is { } status)
            {
                _streams[i].Span!.Saw(status);
            }
            else
            {
                _streams.RemoveAt(i);
            }
        }
    }

    /// <summary>Forgets those that have ended while nothing was planned.</summary>
    public void Clear() => _streams.Clear();
}
