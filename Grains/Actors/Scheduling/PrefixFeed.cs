using Microsoft.Extensions.Logging;

namespace Preble.Actors.Scheduling;

/// <summary>Tells the prefix nodes what the scheduler has seen, one batch at a time and between the scheduler's turns, so that no placement waits for them.</summary>
internal sealed class PrefixFeed(IGrains grains, ILogger log)
{
    private readonly List<PrefixNodeRecord> _answers = [];
    private Task _sending = Task.CompletedTask;

    /// <summary>True when the batch before has been told.</summary>
    public bool Idle => _sending.IsCompleted;

    /// <summary>What the nodes have answered to the last batch; to be called when <see cref="Idle"/>, for until then answers come.</summary>
    public IReadOnlyList<PrefixNodeRecord> TakeAnswers()
    {
        PrefixNodeRecord[] answers = [.. _answers];
        _answers.Clear();
        return answers;
    }

    public void Send(IReadOnlyList<PrefixNodeReport> reports)
    {
        if (reports.Count == 0)
        {
            return;
        }

        // The batch is nobody's call: it must not count as part of the turn that started it.
        using (ExecutionContext.SuppressFlow())
        {
            _sending = SendAllAsync(reports);
        }
    }

    private async Task SendAllAsync(IReadOnlyList<PrefixNodeReport> reports)
    {
        foreach (var report in reports)
        {
            try
            {
                _answers.Add(await grains.Get<IPrefixNodeGrain>(report.Node.ToString()).ReportAsync(report));
            }
            catch (Exception failure)
            {
                log.PrefixReportLost(failure, report.Requests);
            }
        }
    }
}
