using Preble.Core.KvCache.Pins;

namespace Preble.Core.Batching;

/// <summary>
/// Pins the full blocks of a prompt for those requests that ask for it: from when they are computed until <see
/// cref="GenerateCommand.PinSeconds"/> after the request, or the last one with the same blocks, arrived.
/// </summary>
public sealed class PromptPins(PinnedPrefixes pins)
{
    /// <summary>A request has arrived: when its prompt is pinned already, the pin lasts longer.</summary>
    public void Asked(Sequence sequence)
    {
        var blocks = FullBlocks(sequence);
        if (sequence.Command.PinSeconds > 0 && blocks > 0)
        {
            pins.Extend(sequence.Hashes[blocks - 1], Until(sequence));
        }
    }

    /// <summary>A sequence has computed something: when that was the last of its prompt's full blocks, they are pinned.</summary>
    public void Computed(Sequence sequence, TimeSpan now)
    {
        if (sequence.Command.PinSeconds <= 0 || sequence.PinSettled)
        {
            return;
        }

        var blocks = FullBlocks(sequence);
        if (sequence.Table.RegisteredCount >= blocks)
        {
            sequence.PinSettled = true;
            if (blocks > 0 && Until(sequence) > now)
            {
                pins.TryPin(sequence.Hashes[blocks - 1], sequence.Blocks[..blocks], Until(sequence));
            }
        }
    }

    private static int FullBlocks(Sequence sequence) => sequence.PromptLength / sequence.Hashes.BlockSize;

    private static TimeSpan Until(Sequence sequence) => sequence.ArrivedAt + TimeSpan.FromSeconds(sequence.Command.PinSeconds);
}
