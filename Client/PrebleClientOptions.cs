namespace Preble.Client;

/// <summary>Where the server is and how long to be patient with it. Checked when the client is made.</summary>
public sealed record PrebleClientOptions
{
    /// <summary>The server's address, without <c>/v1</c>.</summary>
    public Uri Endpoint { get; init; } = new("http://127.0.0.1:8080");

    /// <summary>Sent as bearer token when given.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The model asked for when a call names none. Without it the server's first model is asked for.</summary>
    public string? Model { get; init; }

    /// <summary>How long a whole answer may take, and for a stream its first event.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a refusal (429, 503) is tried again.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>The longest pause before a retry, whatever the server asks for.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock of pauses and time-outs.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <exception cref="InvalidOperationException">A value is wrong; the message says which.</exception>
    public void Validate()
    {
        if (!Endpoint.IsAbsoluteUri || Endpoint.Scheme is not ("http" or "https"))
        {
            throw new InvalidOperationException($"Endpoint must be an absolute http or https address, not '{Endpoint}'.");
        }

        if (Timeout <= TimeSpan.Zero || LongestPause < TimeSpan.Zero)
        {
            throw new InvalidOperationException("Timeout must be positive and LongestPause must not be negative.");
        }

        if (Retries is < 0 or > 20)
        {
            throw new InvalidOperationException($"Retries must be between 0 and 20, not {Retries}.");
        }
    }
}
