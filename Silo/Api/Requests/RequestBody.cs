using System.Buffers;

namespace Preble.Api;

/// <summary>Reads a request's body up to a bound.</summary>
internal static class RequestBody
{
    /// <summary>
    /// Gives the body, or null when it is longer than <see cref="ApiLimits.BodyBytes"/>. The rest of a too long body is read and thrown away
    /// (up to Kestrel's own bound), because many clients look for an answer only when they have sent everything.
    /// </summary>
    /// <exception cref="BadHttpRequestException">The body is over Kestrel's bound, or ends before its announced length.</exception>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        var body = new ArrayBufferWriter<byte>((int)Math.Clamp(request.ContentLength ?? 0, 4096, ApiLimits.BodyBytes));
        var total = 0L;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellation);
            total += read.Buffer.Length;
            if (total <= ApiLimits.BodyBytes)
            {
                foreach (var segment in read.Buffer)
                {
                    body.Write(segment.Span);
                }
            }

            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                // The cast, because a bare null would become empty memory: arrays convert to it.
                return total <= ApiLimits.BodyBytes ? body.WrittenMemory : (ReadOnlyMemory<byte>?)null;
            }
        }
    }
}
