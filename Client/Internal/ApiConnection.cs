using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Preble.Client.Internal;

/// <summary>Sends requests, waits and asks again where the server says so, and turns error bodies into exceptions.</summary>
internal sealed class ApiConnection(HttpClient http, PrebleClientOptions options)
{
    /// <summary>Gives a successful response, its headers read; the caller disposes it.</summary>
    /// <exception cref="PrebleApiException">The server refused, and asking again did not help.</exception>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var request = make();
            if (options.ApiKey is { } key)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            }

            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                var error = await ErrorAsync(response, cancellation);
                var refused = response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;
                if (!refused || attempt >= options.Retries)
                {
                    throw error;
                }

                await Task.Delay(Pause(error.RetryAfter, attempt), options.Time, cancellation);
            }
        }
    }

    public Uri Address(string path) => new(options.Endpoint, path);

    /// <summary>What the server asks for, else twice as long each time, and never longer than allowed.</summary>
    private TimeSpan Pause(TimeSpan? retryAfter, int attempt)
    {
        var pause = retryAfter ?? TimeSpan.FromSeconds(0.5 * Math.Pow(2, attempt));
        return pause < options.LongestPause ? pause : options.LongestPause;
    }

    private async Task<PrebleApiException> ErrorAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        var requestId = response.Headers.TryGetValues("x-request-id", out var values) ? values.First() : null;
        var retryAfter = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - options.Time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        WireError? error = null;
        try
        {
            error = (await response.Content.ReadFromJsonAsync(ClientJson.Default.WireAnswer, cancellation))?.Error;
        }
        catch (Exception unreadable) when (unreadable is JsonException or NotSupportedException or HttpRequestException)
        {
            // A proxy's own error page: the status says enough.
        }

        var message = error?.Message ?? string.Create(CultureInfo.InvariantCulture, $"The server answered with status {status}.");
        return new PrebleApiException(message, status, error?.Code, retryAfter, requestId);
    }
}
