namespace Preble.Core.Batching;

/// <summary>
/// Chooses which waiting sequence is admitted next, until the step is full. One whose next block is being computed by a running sequence is
/// passed over: sharing that block in a moment beats computing it twice now.
/// </summary>
public sealed class WaitingAdmission(WorkerCoreOptions options, WaitingQueue waiting, RunningQueue running, SequenceAdmission admission)
{
    private int _passed;

    /// <summary>Begins a step: those passed over are looked at again.</summary>
    public void Begin() => _passed = 0;

    /// <summary>Admits the next sequence that may go; null when none may in this step.</summary>
    public Sequence? AdmitNext(List<Sequence> admitted, TimeSpan now)
    {
        while (_passed < waiting.Count && _passed < Limits.DeferredAdmissions && running.Count < options.RunningSequences)
        {
            var sequence = waiting[_passed];
            var matched = admission.Match(sequence);
            if (matched < admission.ShareableBlocks(sequence) && running.WillCompute(matched, sequence.Hashes[matched]))
            {
                _passed++;
                continue;
            }

            if (!admission.HasRoomFor(sequence, matched))
            {
                return null;
            }

            waiting.RemoveAt(_passed);
            if (admission.Admit(sequence, matched, now))
            {
                admitted.Add(sequence);
            }

            return sequence;
        }

        return null;
    }
}
