using System.Text;

namespace Preble.EndToEnd.Collector;

/// <summary>A protobuf message as its fields by number: as much of the wire format as OTLP needs, with no generated code.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Number, ulong Value, byte[]? Bytes)> _fields = [];

    public ProtoMessage(byte[] message)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            var number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    _fields.Add((number, Varint(message, ref at), null));
                    break;
                case 1:
                    _fields.Add((number, BitConverter.ToUInt64(message, at), null));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    _fields.Add((number, 0, message[at..(at + length)]));
                    at += length;
                    break;
                case 5:
                    _fields.Add((number, BitConverter.ToUInt32(message, at), null));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Field {number} has a wire type that is not in use.");
            }
        }
    }

    public IEnumerable<ProtoMessage> Messages(int number) => All(number).Select(bytes => new ProtoMessage(bytes));

    public string Text(int number) => Encoding.UTF8.GetString(All(number).FirstOrDefault() ?? []);

    public string Hex(int number) => Convert.ToHexStringLower(All(number).FirstOrDefault() ?? []);

    public ulong? Number(int number) =>
        _fields.Where(field => field.Number == number && field.Bytes is null).Select(field => (ulong?)field.Value).FirstOrDefault();

    private IEnumerable<byte[]> All(int number) => _fields.Where(field => field.Number == number && field.Bytes is not null).Select(field => field.Bytes!);

    private static ulong Varint(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
