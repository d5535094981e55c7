using Microsoft.Extensions.Logging.Abstractions;
using Preble.Actors.Workers.HostCache;
using Preble.Core.Engine;
using Preble.Core.KvCache.Host;
using Preble.Testing;

namespace Preble.Grains.Tests.Workers.HostCache;

/// <summary>Workers whose engines keep evicted blocks in a file: no token may show it, and what was kept is found again.</summary>
public sealed class HostTierWorkerTests : IDisposable
{
    private const int Prompt = 200;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private HostBlockFile? _file;

    public void Dispose()
    {
        _file?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_was_evicted_is_found_again_by_this_worker_and_by_the_next()
    {
        var commands = Enumerable.Range(0, 8).Select(i => Requests.Of($"a{i}", Prompt, 5, seed: (ulong)(i + 1))).ToList();
        await using (var rig = NewRig())
        {
            await GenerateAsync(rig, commands);
            var before = (await rig.Worker().GetStatusAsync()).CachedTokensTotal;
            Assert.Equal(0, before);
            await GenerateAsync(rig, commands.ConvertAll(command => command with { Request = new RequestId(command.Request.Value + " again") }));
            var found = (await rig.Worker().GetStatusAsync()).CachedTokensTotal;
            Assert.True(found >= 7 * (Prompt - 16), $"{found} tokens were found of {8 * Prompt}");
        }

        _file!.Dispose();
        await using var next = NewRig();
        await next.StartAsync();
        Assert.True(_file!.Entries.Count > 6 * (Prompt / 16), $"{_file.Entries.Count} blocks outlived the worker");
        await GenerateAsync(next, commands[..4]);
        Assert.True((await next.Worker().GetStatusAsync()).CachedTokensTotal >= 3 * (Prompt - 16), "the second worker found little");
    }

    [Fact]
    public async Task A_file_that_gives_nothing_back_costs_time_and_no_token()
    {
        var commands = Enumerable.Range(0, 6).Select(i => Requests.Of($"a{i}", Prompt, 5, seed: (ulong)(i + 1))).ToList();
        await using var rig = NewRig(file => new Forgetful(file));
        await GenerateAsync(rig, commands);

        await GenerateAsync(rig, commands.ConvertAll(command => command with { Request = new RequestId(command.Request.Value + " again") }));

        var status = await rig.Worker().GetStatusAsync();
        Assert.Equal(status.TotalBlocks, status.FreeBlocks);
    }

    private GrainRig NewRig(Func<HostBlockFile, IHostBlockStore>? wrap = null)
    {
        var rig = new GrainRig();
        rig.Engines.Sizes = rig.Engines.Sizes with { BlockCount = 40 };
        rig.Engines.Host = engine =>
        {
            var bytes = engine.BlockBytes(BlockEncoding.Exact);
            var identity = new HostFileIdentity("fake", engine.BlockSize, BlockEncoding.Exact, bytes);
            _file = HostBlockFile.Open(Path.Combine(_folder, "w0.kv"), identity, 200 * 4200, NullLogger.Instance);
            return wrap is null ? _file : wrap(_file);
        };
        return rig;
    }

    /// <summary>One after the other, so that each drives out an earlier one.</summary>
    private static async Task GenerateAsync(GrainRig rig, List<GenerateCommand> commands)
    {
        foreach (var command in commands)
        {
            Assert.Equal(Requests.Alone(command), (await Wait.ForAsync(rig.GenerateAsync(command), $"request {command.Request}")).Tokens);
        }
    }

    /// <summary>Takes every block and gives back two of three.</summary>
    private sealed class Forgetful(HostBlockFile file) : IHostBlockStore
    {
        private int _loads;

        public int SlotCount => file.SlotCount;

        public IReadOnlyList<HostEntry> Entries => file.Entries;

        public bool TrySave(IInferenceEngine engine, in HostSave save) => file.TrySave(engine, save);

        public bool TryLoad(IInferenceEngine engine, in HostLoad load) => ++_loads % 3 != 0 && file.TryLoad(engine, load);
    }
}
