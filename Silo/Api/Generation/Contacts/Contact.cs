namespace Preble.Api;

/// <summary>
/// Whether somebody in another process still answers. One question is under way at a time, however many want to know. Who leaves several in a
/// row unanswered is lost, until a late answer comes or a while has passed.
/// </summary>
internal sealed class Contact(Func<Task> ask, ContactOptions options, TimeProvider time)
{
    private const long NotLost = 0;

    private readonly long _start = time.GetTimestamp();
    private Task<bool> _asking = Task.FromResult(true);
    private long _lostAt = NotLost;

    /// <summary>True from the last unanswered question on.</summary>
    public bool Lost => Volatile.Read(ref _lostAt) is var at and not NotLost && Now - at < options.LostFor.Ticks;

    /// <summary>True while nothing is known or asked that is worth being kept.</summary>
    public bool IsIdle => !Lost && Volatile.Read(ref _asking).IsCompleted;

    // Never 0, which says that it is not lost.
    private long Now => time.GetElapsedTime(_start).Ticks + 1;

    /// <summary>False for one that is lost; else asks.</summary>
    public Task<bool> AnswersAsync()
    {
        if (Lost)
        {
            return Task.FromResult(false);
        }

        var before = Volatile.Read(ref _asking);
        if (!before.IsCompleted)
        {
            return before;
        }

        var promise = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _asking, promise.Task, before) is var other && other != before)
        {
            return other;
        }

        // It is everybody's question: it must not count as part of the request that happened to ask first.
        using (ExecutionContext.SuppressFlow())
        {
            _ = AskAsync(promise);
        }

        return promise.Task;
    }

    private async Task AskAsync(TaskCompletionSource<bool> promise)
    {
        for (var question = 1; question <= options.Questions; question++)
        {
            if (await AskOnceAsync())
            {
                promise.SetResult(true);
                return;
            }
        }

        Volatile.Write(ref _lostAt, Now);
        promise.SetResult(false);
    }

    private async Task<bool> AskOnceAsync()
    {
        var asked = AskedAsync();
        try
        {
            return await asked.WaitAsync(options.AnswerWithin, time);
        }
        catch (TimeoutException)
        {
            _ = HearLateAsync(asked);
            return false;
        }
    }

    private async Task<bool> AskedAsync()
    {
        try
        {
            await ask();
            return true;
        }
        catch (Exception)
        {
            // However it fails, it is no answer. Not twice at once: a connection may just be in the making.
            await Task.Delay(options.Pause, time);
            return false;
        }
    }

    private async Task HearLateAsync(Task<bool> asked)
    {
        if (await asked)
        {
            Volatile.Write(ref _lostAt, NotLost);
        }
    }
}
