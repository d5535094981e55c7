using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Preble.Testing;

namespace Preble.OnSilo.Serialization;

/// <summary>What leaves a silo comes in whole at another one, in the bytes that were promised, and from older and newer code too.</summary>
public sealed class WireTests : IDisposable
{
    private const int BytesALine = 32;

    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public static TheoryData<string> Messages => new(MessageValues.Types.Select(type => type.Name));

    private static string Folder => Path.Combine(RepositoryPaths.Root, "tests", "Orleans.Tests", "wire");

    private Serializer Serializer => _services.GetRequiredService<Serializer>();

    public void Dispose() => _services.Dispose();

    [Theory, MemberData(nameof(Messages))]
    public void A_message_comes_back_with_every_member(string name)
    {
        var message = MessageValues.Make(Type(name));
        var back = Serializer.Deserialize<object>(Serializer.SerializeToArray(message));
        Assert.Equal(MessageText.Of(message), MessageText.Of(back));
    }

    /// <summary>Run with REWRITE=1 after a change on purpose, and read the difference: what was there must not have moved.</summary>
    [Theory, MemberData(nameof(Messages))]
    public void Its_bytes_are_those_that_are_checked_in(string name)
    {
        var message = MessageValues.Make(Type(name));
        var path = Path.Combine(Folder, $"{name}.txt");
        if (Environment.GetEnvironmentVariable("REWRITE") == "1")
        {
            System.IO.Directory.CreateDirectory(Folder);
            File.WriteAllText(path, Hex(Serializer.SerializeToArray(message)));
        }

        Assert.True(File.Exists(path), $"{name} has no bytes checked in; run with REWRITE=1.");
        var promised = File.ReadAllText(path);
        Assert.Equal(promised, Hex(Serializer.SerializeToArray(message)));
        var read = Serializer.Deserialize<object>(Convert.FromHexString(promised.Replace("\n", "", StringComparison.Ordinal)));
        Assert.Equal(MessageText.Of(message), MessageText.Of(read));
    }

    [Fact]
    public void No_bytes_are_kept_of_a_message_that_is_no_more() =>
        Assert.Equal(
            MessageValues.Types.Select(type => type.Name).Order(StringComparer.Ordinal),
            System.IO.Directory.GetFiles(Folder).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!);

    [Fact]
    public void A_value_that_is_nothing_stays_that()
    {
        var query = new PlacementQuery(new RequestId("r"), [], 0, 0, default) { TtftTargetSeconds = double.NaN };
        var chunk = new TokenChunk([]);
        foreach (var message in new object[] { query, chunk, new GenerateCommand(new RequestId("r"), [1], 1, [], new SamplingOptions()) })
        {
            Assert.Equal(MessageText.Of(message), MessageText.Of(Serializer.Deserialize<object>(Serializer.SerializeToArray(message))));
        }
    }

    [Fact]
    public void Members_that_newer_code_adds_are_passed_over()
    {
        var newer = new NewerTokenChunk([1, 2], FinishReason.Stop, 3, 0.5, null, "e", "something", [new WorkerId("w")]);
        var bytes = _services.GetRequiredService<Serializer<NewerTokenChunk>>().SerializeToArray(newer);
        var read = _services.GetRequiredService<Serializer<TokenChunk>>().Deserialize(bytes);
        Assert.Equal(MessageText.Of(new TokenChunk([1, 2], FinishReason.Stop, 3, 0.5, null, "e")), MessageText.Of(read));
    }

    [Fact]
    public void Members_that_older_code_lacks_have_their_types_default()
    {
        var older = new OlderTokenChunk([1, 2], FinishReason.Stop);
        var bytes = _services.GetRequiredService<Serializer<OlderTokenChunk>>().SerializeToArray(older);
        var read = _services.GetRequiredService<Serializer<TokenChunk>>().Deserialize(bytes);
        Assert.Equal(MessageText.Of(new TokenChunk([1, 2], FinishReason.Stop)), MessageText.Of(read));
    }

    /// <summary>A constructor's default does not count: the reader makes the message without it.</summary>
    [Theory, MemberData(nameof(Messages))]
    public void A_message_of_which_nothing_came_is_read_too(string name)
    {
        var type = Type(name);
        var nothing = _services.GetRequiredService<Serializer<NoMembers>>().SerializeToArray(new NoMembers());
        if (!type.IsEnum && !type.IsValueType)
        {
            var typed = (dynamic)_services.GetRequiredService(typeof(Serializer<>).MakeGenericType(type));
            Assert.Equal(type, ((object)typed.Deserialize(nothing)).GetType());
        }
    }

    private static Type Type(string name) => MessageValues.Types.Single(type => type.Name == name);

    private static string Hex(byte[] bytes) => string.Concat(bytes.Chunk(BytesALine).Select(line => Convert.ToHexStringLower(line) + "\n"));
}
