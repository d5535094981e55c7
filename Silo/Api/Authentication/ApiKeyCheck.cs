using Microsoft.Net.Http.Headers;

namespace Preble.Api;

/// <summary>
/// Lets a request in that presents a key, where keys are required. Routes marked as open need none; what is no route does, so that nobody
/// without a key learns what there is. After routing, before the endpoints.
/// </summary>
internal sealed class ApiKeyCheck(ApiKeyRing keys) : IMiddleware
{
    private const string Scheme = "Bearer";

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!keys.Required || context.GetEndpoint()?.Metadata.GetMetadata<OpenRoute>() is not null)
        {
            return next(context);
        }

        if (Presented(context) is not { } presented)
        {
            return RefuseAsync(context, ApiErrors.MissingApiKey());
        }

        if (keys.Find(presented) is not { } key)
        {
            return RefuseAsync(context, ApiErrors.WrongApiKey());
        }

        context.Features.Set(key);
        return next(context);
    }

    private static string? Presented(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        return header is [{ } text] && text.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase) && text[Scheme.Length..].Trim() is { Length: > 0 } key
            ? key
            : null;
    }

    private static Task RefuseAsync(HttpContext context, ApiError error)
    {
        context.Response.Headers[HeaderNames.WWWAuthenticate] = Scheme;
        return ApiErrorWriter.WriteAsync(context, error);
    }
}

/// <summary>On a route that answers without a key: probes and scrapes, which have none.</summary>
internal sealed class OpenRoute
{
    public static OpenRoute Mark { get; } = new();
}
