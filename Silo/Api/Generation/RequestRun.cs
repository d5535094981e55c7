using System.Collections.Immutable;
using System.Threading.Channels;

namespace Preble.Api;

/// <summary>
/// What the choices of one request share while they run side by side: where their events go, what may stop them, and the first placement, one
/// for all, so that they find each other's prompt computed. Dispose it when all have ended.
/// </summary>
internal sealed class RequestRun : IDisposable
{
    private readonly CancellationToken _client;
    private readonly CancellationToken _closed;
    private readonly CancellationTokenSource? _guard;
    private readonly CancellationTokenSource _stop;
    private volatile bool _hasOutput;

    /// <param name="client">Fires when nobody listens any more.</param>
    /// <param name="closed">Fires when the server has no more time.</param>
    public RequestRun(GenerationPlan plan, ChannelWriter<ChoiceEvent> events, CancellationToken client, CancellationToken closed)
    {
        (Plan, Events, _client, _closed) = (plan, events, client, closed);
        _guard = plan.Deadline?.Guard(ApiLimits.DeadlineGraceSeconds);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(client, closed, _guard?.Token ?? CancellationToken.None);
        Names = [.. Enumerable.Range(0, plan.Settings.Choices).Select(choice => new RequestId($"{plan.Name}-{choice}"))];
    }

    public GenerationPlan Plan { get; }

    public ChannelWriter<ChoiceEvent> Events { get; }

    /// <summary>The names of the choices; each attempt after the first adds its number.</summary>
    public ImmutableArray<RequestId> Names { get; }

    /// <summary>Fires when the work is to stop, whatever the reason: the client, the server's end, or a deadline that no worker kept.</summary>
    public CancellationToken Stop => _stop.Token;

    public CancellationToken Client => _client;

    public bool ClientGone => _client.IsCancellationRequested;

    public bool ServerCloses => _closed.IsCancellationRequested;

    public bool PastDeadline => Plan.Deadline is { Passed: true };

    /// <summary>True once any choice has output: from then on the request has an answer, if only part of one.</summary>
    public bool HasOutput => _hasOutput;

    /// <summary>The worker of all choices, or the refusal of all. Set before the choices run.</summary>
    public Task<Placed> Placement { get; set; } = null!;

    public void NoteOutput() => _hasOutput = true;

    public void Dispose()
    {
        _stop.Dispose();
        _guard?.Dispose();
    }
}
