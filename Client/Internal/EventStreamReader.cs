using System.Runtime.CompilerServices;
using System.Text;

namespace Preble.Client.Internal;

/// <summary>
/// Reads server-sent events as the standard has them: lines end in LF, CRLF or CR, comments are skipped, data lines of one event are joined,
/// and a character may be cut anywhere by the network. Gives the data of each event; what is unfinished at the end is dropped.
/// </summary>
internal static class EventStreamReader
{
    /// <summary>A longer event is no answer of ours; without a bound a hostile server could fill the memory.</summary>
    public const int EventBytesMax = 4 * 1024 * 1024;

    private const int ReadBytes = 16 * 1024;

    /// <exception cref="InvalidDataException">An event is too long.</exception>
    public static async IAsyncEnumerable<string> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var buffer = new byte[ReadBytes];
        var parser = new EventParser();
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellation)) > 0)
        {
            for (var i = 0; i < count; i++)
            {
                if (parser.Take(buffer[i]) is { } data)
                {
                    yield return data;
                }
            }
        }
    }

    /// <summary>Takes the bytes one by one, so that it does not matter where the network cut them.</summary>
    private sealed class EventParser
    {
        private readonly MemoryStream _line = new();
        private readonly MemoryStream _data = new();
        private bool _hasData;
        private bool _afterCarriageReturn;
        private bool _first = true;

        public string? Take(byte next)
        {
            var secondHalf = _afterCarriageReturn && next == '\n';
            _afterCarriageReturn = next == '\r';
            if (secondHalf)
            {
                return null;
            }

            if (next is (byte)'\n' or (byte)'\r')
            {
                return EndLine();
            }

            if (_line.Length + _data.Length >= EventBytesMax)
            {
                throw new InvalidDataException($"The server sent an event of more than {EventBytesMax} bytes.");
            }

            _line.WriteByte(next);
            return null;
        }

        private string? EndLine()
        {
            var line = _line.GetBuffer().AsSpan(0, (int)_line.Length);
            if (_first && line.StartsWith("\uFEFF"u8))
            {
                line = line[3..];
            }

            _first = false;
            _line.SetLength(0);
            if (line.IsEmpty)
            {
                return EndEvent();
            }

            if (line.StartsWith("data"u8) && (line.Length == 4 || line[4] == ':'))
            {
                AddData(line.Length == 4 ? [] : line[5..]);
            }

            return null;
        }

        private void AddData(ReadOnlySpan<byte> value)
        {
            if (_hasData)
            {
                _data.WriteByte((byte)'\n');
            }

            _hasData = true;
            _data.Write(value.StartsWith(" "u8) ? value[1..] : value);
        }

        private string? EndEvent()
        {
            if (!_hasData)
            {
                return null;
            }

            var data = Encoding.UTF8.GetString(_data.GetBuffer(), 0, (int)_data.Length);
            _data.SetLength(0);
            _hasData = false;
            return data;
        }
    }
}
