using System.Collections.Immutable;

namespace Preble.Api;

/// <summary>What the attempts to run one choice have come to, and whether there may be another.</summary>
internal sealed class Tries
{
    private int _fruitless;
    private int _refusals;

    /// <summary>Workers that are not to be asked again.</summary>
    public ImmutableArray<WorkerId> Excluded { get; private set; } = [];

    /// <summary>What ended the last attempt; null before the first has ended.</summary>
    public ApiError? Trouble { get; private set; }

    /// <summary>
    /// Takes in an attempt that was in trouble. One that put out tokens until its worker was drained does not count, so that a long stream
    /// outlives any number of restarts in turn; by then those before may be back. One that broke counts, tokens or not: the request itself may
    /// be what breaks workers.
    /// </summary>
    public bool MayGoOn(WorkerId worker, ApiError trouble, bool hadOutput)
    {
        Trouble = trouble;
        if (hadOutput && trouble.Code == ApiErrors.Draining().Code)
        {
            Excluded = [worker];
            return true;
        }

        Excluded = Excluded.Add(worker);
        _fruitless++;
        _refusals += trouble.Status == StatusCodes.Status429TooManyRequests ? 1 : 0;
        return _fruitless < ApiLimits.PlacementAttempts && _refusals <= ApiLimits.QueueFullRetries;
    }
}
