namespace Preble.Core.Batching;

/// <summary>Chooses which waiting sequence is admitted next, until the step is full. Whose turn it is waits for room; nobody overtakes.</summary>
public sealed class WaitingAdmission(WorkerCoreOptions options, WaitingQueue waiting, RunningQueue running, SequenceAdmission admission)
{
    /// <summary>Begins a step.</summary>
    public void Begin(TimeSpan now) => waiting.BeginRound(running, now);

    /// <summary>Admits the next sequence that may go; null when none may in this step.</summary>
    public Sequence? AdmitNext(List<Sequence> admitted, TimeSpan now)
    {
        if (running.Count == options.RunningSequences || waiting.Peek() is not { } place)
        {
            return null;
        }

        var sequence = place.Sequence;
        if (!admission.HasRoomFor(sequence, place.MatchedBlocks))
        {
            return null;
        }

        if (admission.Admit(sequence, place.MatchedBlocks, now))
        {
            admitted.Add(sequence);
        }

        waiting.Admit(place);
        return sequence;
    }
}
