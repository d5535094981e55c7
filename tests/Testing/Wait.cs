namespace Preble.Testing;

/// <summary>Waits for an event, never for time: the bound only turns a hang into a failure that says what did not happen.</summary>
public static class Wait
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    public static async Task ForAsync(Task awaited, string what)
    {
        try
        {
            await awaited.WaitAsync(Bound);
        }
        catch (TimeoutException end)
        {
            throw new TimeoutException($"Waited {Bound.TotalSeconds} s in vain for: {what}.", end);
        }
    }

    public static async Task<T> ForAsync<T>(Task<T> awaited, string what)
    {
        await ForAsync((Task)awaited, what);
        return await awaited;
    }

    /// <summary>For facts that have no event of their own: looks again each time other work has had its chance.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Bound)
            {
                throw new TimeoutException($"Waited {Bound.TotalSeconds} s in vain for: {what}.");
            }

            await Task.Yield();
        }
    }

    public static Task UntilAsync(Func<bool> holds, string what) => UntilAsync(() => Task.FromResult(holds()), what);
}
