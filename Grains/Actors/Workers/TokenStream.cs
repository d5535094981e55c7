using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Preble.Actors.Telemetry;
using Preble.Core;
using Preble.Core.Batching;

namespace Preble.Actors.Workers;

/// <summary>
/// The tokens of one request on their way from the engine's thread to their reader. The engine never waits: a slow reader finds the tokens it has
/// missed in one chunk, and the buffer is bounded by what the request may generate. A reader that leaves is seen before the next step, one that
/// does not read after a patience.
/// </summary>
internal sealed class TokenStream(GenerateCommand command, Action wakeEngine, GenerateSpan? span = null)
{
    private readonly Channel<Piece> _pieces = Channel.CreateBounded<Piece>(new BoundedChannelOptions(Capacity(command))
    {
        SingleReader = true,
    });

    private volatile bool _readerGone;
    private bool _begun;

    // Written by the reader.
    private int _taken;

    // The engine's own.
    private int _pushed;
    private int _takenWhenSeen;
    private TimeSpan _seenAt;

    public GenerateCommand Command => command;

    /// <summary>Null for a stream that is not traced.</summary>
    public GenerateSpan? Span => span;

    /// <summary>True when nobody reads any more, so that the request is to be cancelled.</summary>
    public bool ReaderGone => _readerGone;

    // The engine's side.

    /// <summary>True once the request has had output.</summary>
    public bool HasBegun => _begun;

    /// <summary>True the first time only: the request has left the queue.</summary>
    public bool TryBegin() => !_begun && (_begun = true);

    public void Push(in SequenceOutput output)
    {
        _pushed++;
        span?.Took(output);
        Write(new Piece(output.Token, output.Finish, output.CachedTokens, output.QueueSeconds, null, null)
        {
            DraftedTokens = output.DraftedTokens, AcceptedTokens = output.AcceptedTokens,
        });
    }

    /// <summary>
    /// True when too much has lain unread for the whole of the patience without anything being read. Ask about once a step; no clock is read here.
    /// </summary>
    public bool IsUnread(TimeSpan now, TimeSpan patience)
    {
        var taken = Volatile.Read(ref _taken);
        if (taken != _takenWhenSeen || _pushed - taken < Limits.UnreadTokens)
        {
            (_takenWhenSeen, _seenAt) = (taken, now);
        }

        return now - _seenAt >= patience;
    }

    public void Reject(Rejection rejection)
    {
        span?.Refused(rejection.Reason);
        Write(new Piece(null, null, 0, 0, rejection, null));
    }

    public void End(FinishReason finish, string? error = null)
    {
        span?.Ended(finish);
        Write(new Piece(null, finish, 0, 0, null, error));
    }

    /// <summary>On any thread: the end of a stream whose engine hangs. Nothing that comes after it is read.</summary>
    public void GiveUp(string error)
    {
        span?.Ended(FinishReason.Error);
        _pieces.Writer.TryWrite(new Piece(null, FinishReason.Error, 0, 0, null, error));
    }

    // The reader's side.

    /// <summary>Chunks of the tokens that were ready together, up to the last one. Leaves when the reader stops early.</summary>
    public async IAsyncEnumerable<TokenChunk> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        // Registered, not only awaited: the engine shall see the cancellation before its next step, whenever the reader's turn comes.
        await using var leaving = cancellation.UnsafeRegister(static stream => ((TokenStream)stream!).Leave(), this);
        try
        {
            var last = default(Piece);
            while (!last.IsLast)
            {
                // What is there is given even to a reader that is being cancelled: it may be the end, with its reason.
                if (!_pieces.Reader.TryRead(out var piece))
                {
                    await _pieces.Reader.WaitToReadAsync(cancellation);
                    continue;
                }

                var tokens = ImmutableArray.CreateBuilder<int>();
                var taken = 0;
                do
                {
                    taken++;
                    last = last.Followed(piece);
                    if (piece.Token is { } token)
                    {
                        tokens.Add(token);
                    }
                }
                while (!last.IsLast && _pieces.Reader.TryRead(out piece));

                Volatile.Write(ref _taken, _taken + taken);
                if (last.Finish == FinishReason.SlowReader)
                {
                    // Too late: half of an answer that was given up is of no use to anybody.
                    tokens.Clear();
                }

                yield return new TokenChunk(
                    tokens.DrainToImmutable(), last.Finish, last.CachedTokens, last.QueueSeconds, last.Rejection, last.Error)
                {
                    DraftedTokens = last.DraftedTokens, AcceptedTokens = last.AcceptedTokens,
                };
            }
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Nobody reads any more. After the last chunk this changes nothing.</summary>
    public void Leave()
    {
        _readerGone = true;
        wakeEngine();
    }

    private static int Capacity(GenerateCommand command) => Math.Min(Math.Max(command.MaxOutputTokens, 1), int.MaxValue - 1) + 1;

    private void Write(Piece piece)
    {
        var written = _pieces.Writer.TryWrite(piece);
        Invariant.Require(written, "a sequence has no more tokens than its request allows, and one end");
    }

    /// <summary>One token, an end, or both.</summary>
    private readonly record struct Piece(
        int? Token, FinishReason? Finish, int CachedTokens, double QueueSeconds, Rejection? Rejection, string? Error)
    {
        public int DraftedTokens { get; init; }

        public int AcceptedTokens { get; init; }

        public bool IsLast => Finish is not null || Rejection is not null;

        /// <summary>What is known after the next piece: an end that comes from outside the core does not know the numbers again.</summary>
        public Piece Followed(Piece next) => next with
        {
            CachedTokens = Math.Max(CachedTokens, next.CachedTokens),
            QueueSeconds = Math.Max(QueueSeconds, next.QueueSeconds),
            DraftedTokens = Math.Max(DraftedTokens, next.DraftedTokens),
            AcceptedTokens = Math.Max(AcceptedTokens, next.AcceptedTokens),
        };
    }
}
