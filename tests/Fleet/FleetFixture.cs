using Preble.Testing;

namespace Preble.FleetProcesses;

/// <summary>One fleet for all tests of the collection, with fast probes, and what a process alone answers.</summary>
public sealed class FleetFixture : IAsyncLifetime
{
    /// <summary>Long enough that streams of a worker that is lost have most of their tokens before them.</summary>
    internal const int MaxTokens = 24;

    internal const string StreamsResumed = "preble_streams_resumed_total";

    /// <summary>So many that one of three workers has 16 of them.</summary>
    internal static readonly string[] Prompts = Completion.Prompts(48);

    /// <summary>As fast as processes stand that have no cores of their own; at 500 ms a busy machine's pauses are taken for deaths.</summary>
    private static readonly TimeSpan FastProbes = TimeSpan.FromSeconds(1);

    internal ProcessFleet Fleet { get; } = new(
        FastProbes, ("front", "gateway"), ("s1", "scheduler"), ("s2", "scheduler"), ("a", "worker"), ("b", "worker"), ("c", "worker"));

    /// <summary>The text that each of the prompts has when nothing is disturbed.</summary>
    internal string[] Undisturbed { get; private set; } = [];

    internal string ChatAlone { get; private set; } = "";

    internal const string Chat = "What is the capital of France, and which river does it lie at?";

    public async Task InitializeAsync()
    {
        if (!RedisServer.IsInstalled)
        {
            return;
        }

        try
        {
            await using (var alone = await FleetMember.StartAsync("alone"))
            {
                Undisturbed = [.. (await Task.WhenAll(Prompts.Select(prompt => Completion.OfAsync(alone.Http, prompt, MaxTokens)))).Select(answer => answer.Text)];
                ChatAlone = (await Completion.OfChatAsync(alone.Http, Chat, MaxTokens)).Text;
            }

            await Fleet.StartAsync();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>What an earlier test has broken is whole again.</summary>
    internal Task StartTestAsync() => RedisServer.IsInstalled ? Fleet.MakeWholeAsync() : Task.CompletedTask;

    /// <summary>Streams that have gone on elsewhere, since the gateway's start.</summary>
    internal async Task<double> ResumedAsync() => await Fleet.Gateway.MetricAsync(StreamsResumed) ?? 0;

    public async Task DisposeAsync() => await Fleet.DisposeAsync();
}

/// <summary>The tests that share the fleet.</summary>
[CollectionDefinition(Name)]
public sealed class FleetCollection : ICollectionFixture<FleetFixture>
{
    public const string Name = "fleet";
}
