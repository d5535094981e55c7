using Microsoft.Extensions.Logging;
using Preble.Hosting;
using Preble.Testing;

namespace Preble.Api.Tests;

/// <summary>Lists of keys: what is in them, and what becomes of them while the server runs.</summary>
public sealed class ApiKeyRingTests : IDisposable
{
    private const string First = "first-0123456789abcdef";
    private const string Second = "second-0123456789abcdef";

    private readonly string _folder = Directory.CreateTempSubdirectory("preble-keys-").FullName;
    private readonly ManualTimeProvider _time = new();
    private readonly Lines _log = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Lines_commas_names_and_comments_are_understood()
    {
        var keys = ApiKeyText.Parse($"  # all of them\r\n{First}\r\n\n{Second}\tacme,third-AZaz09-._~+/== b@c # the third\n");
        Assert.Equal([null, "acme", "b@c"], keys.Select(key => key.Name));
        Assert.Equal(ApiKeyText.Hash(Second), keys[1].Hash);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("with\"a sign that no key has")]
    [InlineData("0123456789abcdef a name and more")]
    [InlineData("0123456789abcdef näme")]
    public void What_is_no_key_is_told_by_its_line_and_never_by_its_text(string wrong)
    {
        var failure = Assert.Throws<FormatException>(() => ApiKeyText.Parse($"{First}\n{wrong}"));
        Assert.Contains("line 2", failure.Message, StringComparison.Ordinal);
        Assert.All(wrong.Split(' '), word => Assert.True(word.Length < 5 || !failure.Message.Contains(word, StringComparison.Ordinal), failure.Message));
    }

    [Fact]
    public void More_keys_than_the_bound_are_refused()
    {
        var text = string.Join('\n', Enumerable.Range(0, ApiLimits.ApiKeys + 1).Select(index => $"{First}{index}"));
        Assert.Throws<FormatException>(() => ApiKeyText.Parse(text));
    }

    [Fact]
    public void A_start_with_keys_that_are_none_ends_with_a_sentence()
    {
        Assert.Throws<StartException>(() => Ring(new ApiKeySource(Path.Combine(_folder, "nothing"))));
        Assert.Throws<StartException>(() => Ring(new ApiKeySource(_folder)));
        Assert.Throws<StartException>(() => Ring(new ApiKeySource(Write("# none yet"))));
        Assert.Throws<StartException>(() => Ring(new ApiKeySource(Text: " ")));
        Assert.Throws<StartException>(() => Ring(new ApiKeySource(Write(new string('#', ApiLimits.ApiKeyFileBytes + 1)))));
        Assert.DoesNotContain(First[..5], Assert.Throws<StartException>(() => Ring(new ApiKeySource(Write($"{First} a b")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_file_counts_after_a_second_and_not_before()
    {
        var ring = Ring(new ApiKeySource(Write(First)));
        Assert.NotNull(ring.Find(First));
        Write($"{Second} acme");
        Assert.NotNull(ring.Find(First));
        _time.Advance(ApiKeyRing.LookInterval);
        Assert.Null(ring.Find(First));
        Assert.Equal("acme", ring.Find(Second)!.Name);
    }

    [Fact]
    public void A_secret_swapped_by_its_link_counts_even_with_older_times()
    {
        // As Kubernetes mounts secrets: keys → ..data/keys, and ..data → a folder that is exchanged.
        foreach (var (name, key) in new[] { ("a", First), ("b", Second) })
        {
            Directory.CreateDirectory(Path.Combine(_folder, name));
            File.WriteAllText(Path.Combine(_folder, name, "keys"), key);
            File.SetLastWriteTimeUtc(Path.Combine(_folder, name, "keys"), DateTime.UnixEpoch);
        }

        var data = Path.Combine(_folder, "..data");
        var keys = Path.Combine(_folder, "keys");
        Directory.CreateSymbolicLink(data, "a");
        File.CreateSymbolicLink(keys, "..data/keys");
        var ring = Ring(new ApiKeySource(keys));
        Assert.NotNull(ring.Find(First));
        Directory.Delete(data);
        Directory.CreateSymbolicLink(data, "b");
        _time.Advance(ApiKeyRing.LookInterval);
        Assert.NotNull(ring.Find(Second));
        Assert.Null(ring.Find(First));
    }

    [Fact]
    public void A_file_that_is_gone_or_broken_leaves_the_keys_and_says_so_once()
    {
        var path = Write(First);
        var ring = Ring(new ApiKeySource(path));
        Write("short");
        for (var look = 0; look < 3; look++)
        {
            _time.Advance(ApiKeyRing.LookInterval);
            Assert.NotNull(ring.Find(First));
        }

        Assert.Contains("line 1", Assert.Single(_log.Written), StringComparison.Ordinal);
        File.Delete(path);
        _time.Advance(ApiKeyRing.LookInterval);
        Assert.NotNull(ring.Find(First));
        Assert.Equal(2, _log.Written.Count);
    }

    [Fact]
    public void A_file_without_a_key_lets_nobody_in_and_one_with_keys_again_does()
    {
        var ring = Ring(new ApiKeySource(Write(First)));
        Write("# closed");
        _time.Advance(ApiKeyRing.LookInterval);
        Assert.Null(ring.Find(First));
        Assert.Null(ring.Find(""));
        Assert.True(ring.Required);
        Write(Second);
        _time.Advance(ApiKeyRing.LookInterval);
        Assert.NotNull(ring.Find(Second));
        Assert.All(_log.Written, line => Assert.DoesNotContain("0123456789", line, StringComparison.Ordinal));
    }

    private ApiKeyRing Ring(ApiKeySource source) => new(source, _time, _log);

    private string Write(string text)
    {
        var path = Path.Combine(_folder, "keys.txt");
        File.WriteAllText(path, text);
        return path;
    }

    private sealed class Lines : ILogger<ApiKeyRing>
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add($"{formatter(state, exception)} {exception}");
    }
}
