using System.Collections.Immutable;
using System.Threading.Channels;
using Preble.Core;

namespace Preble.Actors.Workers;

/// <summary>
/// The cache changes of one epoch on their way from the engine's thread to the scheduler, in batches that follow each other by number.
/// When the reports fall too far behind, the oldest batches go: the scheduler sees the gap in the numbers and asks for a snapshot.
/// </summary>
internal sealed class CacheChangeFeed(WorkerId worker, long epoch)
{
    private readonly Channel<KvCacheChanges> _batches = Channel.CreateBounded<KvCacheChanges>(
        new BoundedChannelOptions(Limits.CacheChangeBatches)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
            SingleWriter = true,
        });

    private long _nextNumber = 1;

    /// <summary>The engine's side: what one step has changed.</summary>
    public void Offer(long firstNumber, ImmutableArray<KvCacheChange> changes) =>
        _batches.Writer.TryWrite(new KvCacheChanges(worker, epoch, firstNumber, changes));

    /// <summary>The grain's side: the changes since the last take, up to a gap and up to the size of a report; none are a batch too.</summary>
    public KvCacheChanges Take()
    {
        var changes = ImmutableArray.CreateBuilder<KvCacheChange>();
        var first = _nextNumber;
        while (_batches.Reader.TryPeek(out var batch))
        {
            var follows = batch.FirstNumber == _nextNumber && changes.Count + batch.Changes.Length <= Limits.CacheChangesPerReport;
            if (changes.Count > 0 && !follows)
            {
                break;
            }

            first = changes.Count == 0 ? batch.FirstNumber : first;
            changes.AddRange(batch.Changes);
            _nextNumber = batch.FirstNumber + batch.Changes.Length;
            _batches.Reader.TryRead(out _);
        }

        return new KvCacheChanges(worker, epoch, first, changes.DrainToImmutable());
    }

    /// <summary>True when a take would find changes.</summary>
    public bool HasChanges => _batches.Reader.TryPeek(out _);

    /// <summary>A snapshot contains all changes below this number: they need no report of their own.</summary>
    public void SkipTo(long number)
    {
        while (_batches.Reader.TryPeek(out var batch) && batch.FirstNumber < number)
        {
            _batches.Reader.TryRead(out _);
        }

        _nextNumber = Math.Max(_nextNumber, number);
    }
}
