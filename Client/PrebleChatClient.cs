using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Preble.Client.Internal;

namespace Preble.Client;

/// <summary>
/// An <see cref="IChatClient"/> over Preble's REST API. Thread-safe: make one and share it. Dispose it when done;
/// an <see cref="HttpClient"/> that was given stays the giver's.
/// </summary>
public sealed class PrebleChatClient : IChatClient
{
    /// <summary>The additional property of a streamed update that names the worker.</summary>
    public const string WorkerProperty = "x-preble-worker";

    private readonly HttpClient _http;
    private readonly bool _ownsHttp;
    private readonly PrebleClientOptions _options;
    private readonly ApiConnection _connection;
    private string? _firstModel;

    public PrebleChatClient(PrebleClientOptions options, HttpClient? http = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _ownsHttp = http is null;

        // Time-outs are ours, because HttpClient's would also end long streams.
        _http = http ?? new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        _connection = new ApiConnection(_http, options);
    }

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        using var bound = Bound(cancellationToken);
        var request = RequestMapping.ToWire(messages, options, await ModelAsync(options, bound.Token), stream: false);
        using var response = await _connection.SendAsync(() => Chat(request), bound.Token);
        var answer = await response.Content.ReadFromJsonAsync(ClientJson.Default.WireAnswer, bound.Token);
        return answer is null
            ? throw new PrebleApiException("The server sent an empty answer.", (int)response.StatusCode)
            : AnswerMapping.ToResponse(answer);
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        using var bound = Bound(cancellationToken);
        var request = RequestMapping.ToWire(messages, options, await ModelAsync(options, bound.Token), stream: true);
        using var response = await _connection.SendAsync(() => Chat(request), bound.Token);

        // The first event is out: from here a stream may take as long as it takes.
        bound.CancelAfter(Timeout.InfiniteTimeSpan);
        var worker = response.Headers.TryGetValues(WorkerProperty, out var values) ? values.First() : null;
        var stream = await response.Content.ReadAsStreamAsync(bound.Token);
        await foreach (var data in EventStreamReader.ReadAsync(stream, bound.Token))
        {
            if (data == "[DONE]")
            {
                yield break;
            }

            var answer = JsonSerializer.Deserialize(data, ClientJson.Default.WireAnswer)!;
            if (answer.Error is { } error)
            {
                throw new PrebleApiException(error.Message ?? "The stream failed.", (int)response.StatusCode, error.Code);
            }

            yield return AnswerMapping.ToUpdate(answer, worker);
        }

        throw new PrebleApiException("The stream ended before it was done.", (int)response.StatusCode);
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("preble", _options.Endpoint, _options.Model)
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    public void Dispose()
    {
        if (_ownsHttp)
        {
            _http.Dispose();
        }
    }

    private CancellationTokenSource Bound(CancellationToken cancellation)
    {
        var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(_options.Timeout);
        return bound;
    }

    private HttpRequestMessage Chat(WireRequest request) => new(HttpMethod.Post, _connection.Address("/v1/chat/completions"))
    {
        Content = JsonContent.Create(request, ClientJson.Default.WireRequest),
    };

    private async ValueTask<string> ModelAsync(ChatOptions? options, CancellationToken cancellation)
    {
        if ((options?.ModelId ?? _options.Model ?? _firstModel) is { } known)
        {
            return known;
        }

        var address = _connection.Address("/v1/models");
        using var response = await _connection.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, address), cancellation);
        var models = await response.Content.ReadFromJsonAsync(ClientJson.Default.WireModels, cancellation);
        return _firstModel = models?.Data?.FirstOrDefault()?.Id
            ?? throw new PrebleApiException("The server has no model.", (int)response.StatusCode);
    }
}
