using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Preble.Core.Text;

namespace Preble.Core.Properties.Text;

public sealed class StopStringProperties
{
    [Fact]
    public void Matching_agrees_with_looking_at_the_whole_text_however_it_is_chunked()
    {
        var (stopped, ran, across) = (0, 0, 0);
        Check.That(Inputs(), input =>
        {
            var (stops, chunks) = input;
            var matcher = new StopStringMatcher(stops);
            var text = new StringBuilder();
            var seen = "";
            var done = false;
            foreach (var chunk in chunks)
            {
                var (piece, now) = matcher.Append(chunk);
                Assert.False(done && piece.Length > 0, "text after the stop string");
                var wasDone = done;
                done = now;
                text.Append(piece);
                seen += chunk;
                Assert.True(done || HoldsBackJustEnough(seen, text.Length, stops), "held back too much or too little");
                across += done && !wasDone && stops.All(stop => chunk.Length < stop.Length) ? 1 : 0;
            }

            text.Append(matcher.Flush());
            var (expected, expectedStop) = CutDumbly(seen, stops);
            Assert.Equal(expectedStop, done);
            Assert.Equal(expected, text.ToString());
            stopped += done ? 1 : 0;
            ran += done ? 0 : 1;
        }, tests: 3000);
        Assert.True(
            stopped > 500 && ran > 500 && across > 50,
            $"{stopped} stopped, {ran} ran, {across} across chunks: the generator misses the point");
    }

    private static Gen<(string[] Stops, string[] Chunks)> Inputs() =>
        from count in Gen.Choose(0, 3)
        from stops in Letters(1, 5).ArrayOf(count)
        from chunkCount in Gen.Choose(0, 8)
        from chunks in Letters(0, 4).ArrayOf(chunkCount)
        select (stops, chunks);

    private static Gen<string> Letters(int least, int most) =>
        from length in Gen.Choose(least, most)
        from letters in Gen.Elements('a', 'b', 'c').ArrayOf(length)
        select new string(letters);

    /// <summary>The first place where a stop string is complete; of those that end there, the longest.</summary>
    private static (string Text, bool Stopped) CutDumbly(string text, string[] stops)
    {
        for (var end = 1; end <= text.Length; end++)
        {
            var ending = stops.Where(stop => text[..end].EndsWith(stop, StringComparison.Ordinal)).ToArray();
            if (ending.Length > 0)
            {
                return (text[..(end - ending.Max(stop => stop.Length))], true);
            }
        }

        return (text, false);
    }

    /// <summary>Exactly the longest ending that begins a stop string is held back.</summary>
    private static bool HoldsBackJustEnough(string seen, int given, string[] stops)
    {
        var held = seen.Length - given;
        var longest = Enumerable.Range(0, seen.Length + 1)
            .Where(length => length == 0 || stops.Any(stop => stop.StartsWith(seen[^length..], StringComparison.Ordinal)))
            .Max();
        return held == longest;
    }
}
