using Microsoft.Extensions.Logging;

namespace Preble.Hosting.InProcess;

/// <summary>Ticks on an activation's turns. The next period begins when a tick has ended, so ticks never pile up; a failing tick is logged and the next one comes.</summary>
internal sealed class InProcessTimer : IDisposable
{
    private readonly Mailbox _mailbox;
    private readonly Func<CancellationToken, Task> _tick;
    private readonly TimeSpan _period;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _lifetime;
    private readonly ITimer _timer;

    public InProcessTimer(
        Mailbox mailbox, Func<CancellationToken, Task> tick, TimeSpan period, TimeProvider time, ILogger log, CancellationToken activation)
    {
        (_mailbox, _tick, _period, _log) = (mailbox, tick, period, log);
        _lifetime = CancellationTokenSource.CreateLinkedTokenSource(activation);

        // A tick is nobody's call: it must not inherit the call chain of whoever registered it.
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(_ => _ = TickAsync(), null, period, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _lifetime.Cancel();
        _timer.Dispose();
    }

    private async Task TickAsync()
    {
        try
        {
            await _mailbox.RunAsync(TurnKind.Exclusive, RunTickAsync, _lifetime.Token);
        }
        catch (Exception failure) when (failure is OperationCanceledException or ActivationEndedException)
        {
            return;
        }
        catch (Exception failure)
        {
            _log.TickFailed(failure, _mailbox.Name);
        }

        // False after Dispose: then there is no next tick.
        _timer.Change(_period, Timeout.InfiniteTimeSpan);
    }

    private async Task<bool> RunTickAsync()
    {
        await _tick(_lifetime.Token);
        return true;
    }
}
