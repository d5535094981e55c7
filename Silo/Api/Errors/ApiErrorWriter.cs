using System.Globalization;
using Preble.Api.Wire;

namespace Preble.Api;

/// <summary>Writes an error as the whole answer.</summary>
internal static class ApiErrorWriter
{
    public static Task WriteAsync(HttpContext context, ApiError error)
    {
        context.Response.StatusCode = error.Status;
        if (error.RetryAfterSeconds > 0)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(error.RetryAfterSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return context.Response.WriteAsJsonAsync(error.ToWire(), ApiJson.Wire.ErrorResponse);
    }
}
