using System.Text;
using Preble.Client.Internal;
using Preble.Testing;

namespace Preble.Api.Tests;

/// <summary>The client's reader of server-sent events against the standard's own rules, however the network cuts the bytes.</summary>
public sealed class EventStreamReaderTests
{
    [Theory]
    [InlineData("data: a\n\n", "a")]
    [InlineData("data:a\n\ndata: b\n\n", "a|b")]
    [InlineData("data: a\r\n\r\ndata: b\r\n\r\n", "a|b")]
    [InlineData("data: a\r\rdata: b\r\r", "a|b")]
    [InlineData(": comment\n\ndata: a\n: another\n\n", "a")]
    [InlineData("event: x\nid: 1\nretry: 5\ndata: a\n\n", "a")]
    [InlineData("data: a\ndata: b\n\n", "a\nb")]
    [InlineData("data\n\n", "")]
    [InlineData("data:  two spaces\n\n", " two spaces")]
    [InlineData("\uFEFFdata: a\n\n", "a")]
    [InlineData("data: unfinished", null)]
    [InlineData("data: unfinished\n", null)]
    [InlineData("database: x\n\n", null)]
    public async Task Events_are_what_the_standard_says(string stream, string? expected)
    {
        var events = await ReadAsync(Encoding.UTF8.GetBytes(stream), _ => int.MaxValue);
        Assert.Equal(expected, events.Count == 0 ? null : string.Join('|', events));
    }

    [Fact]
    public async Task It_does_not_matter_where_the_network_cuts()
    {
        string[] texts = ["a", "\u00E9\U0001F600", "", "[DONE]", "{\"x\":\"\\n\"}", "two\nlines"];
        string[] ends = ["\n", "\r\n", "\r"];
        var random = new SeededRandom(5);
        for (var run = 0; run < 300; run++)
        {
            var end = random.Pick(ends);
            var sent = Enumerable.Range(0, random.Between(1, 5)).Select(_ => random.Pick(texts)).ToList();
            var stream = string.Concat(sent.Select(text => string.Concat(text.Split('\n').Select(line => $"data: {line}{end}")) + end));
            var events = await ReadAsync(Encoding.UTF8.GetBytes(stream), _ => random.Between(1, 3));
            Assert.Equal(sent, events);
        }
    }

    [Fact]
    public async Task A_line_without_end_does_not_fill_the_memory()
    {
        var endless = Encoding.UTF8.GetBytes("data: " + new string('x', EventStreamReader.EventBytesMax));
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(endless, _ => int.MaxValue));
    }

    private static async Task<List<string>> ReadAsync(byte[] bytes, Func<int, int> cut)
    {
        var events = new List<string>();
        await foreach (var data in EventStreamReader.ReadAsync(new CutStream(bytes, cut), CancellationToken.None))
        {
            events.Add(data);
        }

        return events;
    }

    /// <summary>Gives its bytes in pieces of the sizes it is told.</summary>
    private sealed class CutStream(byte[] bytes, Func<int, int> cut) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, cut((int)Position))], cancellationToken);
    }
}
