using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Preble.Hosting.Fleet;
using Preble.Hosting.Orleans;
using Preble.Testing;

namespace Preble.OnSilo.Directory;

/// <summary>The grain directory over a real Redis: one place a grain, and who may take it and give it up.</summary>
public sealed class RedisGrainDirectoryTests : IAsyncLifetime
{
    private static readonly GrainId Grain = GrainId.Create("worker", "gpu-1/w0");

    private readonly RedisServer _server = new();
    private RedisConnection _connection = null!;
    private RedisGrainDirectory _directory = null!;

    public async Task InitializeAsync()
    {
        if (RedisServer.IsInstalled)
        {
            await _server.StartAsync();
            _connection = new RedisConnection(ClusterSource.Parse(_server.Cluster));
            _directory = Of("a");
        }
    }

    public async Task DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    [RedisFact]
    public async Task What_is_registered_is_found_in_every_part()
    {
        var address = Address(silo: 1, version: 7);
        Assert.Equal(address, await _directory.Register(address));
        var found = await _directory.Lookup(Grain);
        Assert.Equal(address, found);
        Assert.Equal(7, found!.MembershipVersion.Value);
        Assert.Null(await _directory.Lookup(GrainId.Create("worker", "another")));
    }

    [RedisFact]
    public async Task Of_many_at_once_one_gets_the_place_and_all_hear_who()
    {
        var contenders = Enumerable.Range(0, 32).Select(silo => Address(silo)).ToArray();
        var held = await Task.WhenAll(contenders.Select(address => _directory.Register(address)));
        Assert.Single(held.Distinct());
        Assert.Contains(held[0], contenders);
    }

    [RedisFact]
    public async Task A_place_is_taken_over_only_from_the_one_that_is_named()
    {
        var first = Address(silo: 1);
        await _directory.Register(first);
        var stranger = Address(silo: 2);
        Assert.Equal(first, await _directory.Register(stranger, Address(silo: 1)));

        // The same activation, read with another version of the membership.
        var seen = new GrainAddress { GrainId = Grain, ActivationId = first.ActivationId, SiloAddress = first.SiloAddress, MembershipVersion = new(99) };
        Assert.Equal(stranger, await _directory.Register(stranger, seen));
        Assert.Equal(stranger, await _directory.Lookup(Grain));
    }

    [RedisFact]
    public async Task Only_the_activation_that_holds_the_place_gives_it_up()
    {
        var address = Address(silo: 1);
        await _directory.Register(address);
        await _directory.Unregister(Address(silo: 1));
        Assert.Equal(address, await _directory.Lookup(Grain));
        await _directory.Unregister(address);
        Assert.Null(await _directory.Lookup(Grain));
    }

    [RedisFact]
    public async Task The_grains_of_dead_silos_go_and_those_of_others_stay()
    {
        const int grains = 1200;
        await Task.WhenAll(Enumerable.Range(0, grains).Select(i => _directory.Register(Address(silo: i % 3, grain: $"g{i}"))));
        await _directory.UnregisterSilos([Silo(0), Silo(2)]);
        var left = await Task.WhenAll(Enumerable.Range(0, grains).Select(i => _directory.Lookup(GrainId.Create("worker", $"g{i}"))));
        Assert.All(left.Select((address, i) => (address, i)), entry => Assert.Equal(entry.i % 3 == 1, entry.address is not null));
    }

    [RedisFact]
    public async Task Clusters_of_one_Redis_do_not_see_each_other()
    {
        var address = Address(silo: 1);
        await _directory.Register(address);
        Assert.Null(await Of("b").Lookup(Grain));
        await Of("b").UnregisterSilos([Silo(1)]);
        Assert.Equal(address, await _directory.Lookup(Grain));
    }

    [RedisFact]
    public async Task Dead_silos_are_heard_of_while_Redis_is_away_and_it_is_used_again_when_it_is_back()
    {
        await _directory.Register(Address(silo: 1));
        await _server.StopAsync();
        await _directory.UnregisterSilos([Silo(1)]);
        await _server.StartAsync();
        var address = Address(silo: 2);
        await Wait.UntilAsync(async () => await RegisteredAsync(address), "the directory to use the new Redis");
    }

    private async Task<bool> RegisteredAsync(GrainAddress address)
    {
        try
        {
            return address.Equals(await _directory.Register(address));
        }
        catch (Exception away) when (away is StackExchange.Redis.RedisException or TimeoutException)
        {
            return false;
        }
    }

    private RedisGrainDirectory Of(string cluster) => new(
        _connection, Options.Create(new ClusterOptions { ClusterId = cluster, ServiceId = "test" }), NullLogger<RedisGrainDirectory>.Instance);

    private static GrainAddress Address(int silo, long version = 1, string? grain = null) => new()
    {
        GrainId = grain is null ? Grain : GrainId.Create("worker", grain),
        ActivationId = ActivationId.NewId(),
        SiloAddress = Silo(silo),
        MembershipVersion = new MembershipVersion(version),
    };

    private static SiloAddress Silo(int number) => SiloAddress.New(IPAddress.Loopback, 10_000 + number, 1);
}
