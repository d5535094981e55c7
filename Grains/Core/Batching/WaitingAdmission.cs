namespace Preble.Core.Batching;

/// <summary>Chooses which waiting sequence is admitted next, until the step is full. Whose turn it is waits for room; nobody overtakes.</summary>
public sealed class WaitingAdmission(WorkerCoreOptions options, WaitingQueue waiting, RunningQueue running, SequenceAdmission admission)
{
    /// <summary>Begins a step.</summary>
    public void Begin(TimeSpan now) => waiting.BeginRound(running, now);

    /// <summary>
    /// Admits the next sequence that may go; null when none may in this step. One whose next tokens are being computed, though not a whole
    /// block of them, is put aside until the next step: taking part of a block in a moment beats computing it twice now.
    /// </summary>
    public Sequence? AdmitNext(List<Sequence> admitted, TimeSpan now)
    {
        while (running.Count < options.RunningSequences && waiting.Peek() is { } place)
        {
            var sequence = place.Sequence;
            var match = admission.Match(sequence);
            if (admission.WillComputePart(sequence, match))
            {
                waiting.SetAside(place);
                continue;
            }

            if (!admission.HasRoomFor(sequence, match))
            {
                return null;
            }

            if (admission.Admit(sequence, match, now))
            {
                admitted.Add(sequence);
            }

            waiting.Admit(place);
            return sequence;
        }

        return null;
    }
}
