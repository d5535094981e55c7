using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Preble.Commands;
using Preble.Core.Engine;
using Preble.Core.Placement;
using Preble.Core.Placement.Sharding;
using Preble.Hosting;

namespace Preble.Grains.Tests.Hosting;

/// <summary>A wrong option stops the start with a sentence that names it.</summary>
public sealed class ServeOptionsTests
{
    public static TheoryData<ServeOptions, string> Wrong => new()
    {
        { new ServeOptions { Workers = 0 }, "The number of workers must be from 1 to 64; it is 0." },
        { new ServeOptions { Policy = "best" }, "There is no policy 'best'; there are e2, round-robin, random, least-loaded, power-of-two, session, prefix-affinity, cost, weighted." },
        { new ServeOptions { Weights = "int1" }, "There is no weights 'int1'; there are native, int4, int8, bf16, f32." },
        { new ServeOptions { KvType = "f8" }, "There is no KV type 'f8'; there are default, f32, f16, int8." },
        { new ServeOptions { KvGib = double.NaN }, "The number of KV cache GiB must be from 0.001 to 1024; it is NaN." },
        { new ServeOptions { Threads = -1 }, "The number of threads must be from 1 to 1024; it is -1." },
        { new ServeOptions { ThreadsPerWorker = 0 }, "The number of threads per worker must be from 1 to 256; it is 0." },
        {
            new ServeOptions { ThreadsPerWorker = 256, Workers = 64 },
            $"--threads-per-worker 256 needs 16384 cores for 64 workers, and this process has {Environment.ProcessorCount}; "
                + "take fewer, or leave it out to share them."
        },
        {
            new ServeOptions { ThreadsPerWorker = 1, Threads = 1 },
            "--threads is of the threads that workers share, and --threads-per-worker of their own; give one of them."
        },
        {
            new ServeOptions { QueueDiscipline = "lifo" },
            "There is no queue discipline 'lifo'; there are groups, groups-round-robin, fcfs, longest-prefix, shortest-prefill, deadline."
        },
        { new ServeOptions { PriorityGroups = 0 }, "The number of priority groups must be from 1 to 100; it is 0." },
        { new ServeOptions { SlowReaderSeconds = 0 }, "The number of seconds that a stream may go unread must be from 0.1 to 86400; it is 0." },
        { new ServeOptions { HostCacheDir = "" }, "--host-cache-dir needs the name of a folder; it is empty." },
        { new ServeOptions { CalibrationCache = " " }, "--calibration-cache needs the name of a folder; it is empty." },
        { new ServeOptions { StepTokens = 3 }, "The number of step tokens must be from 64 to 65536; it is 3." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_value_is_named(ServeOptions options, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<StartException>(() => options.Validate()).Message);

    [Fact]
    public void Caches_larger_than_the_memory_are_refused()
    {
        const long memory = 3L << 30;
        LocalModel.CheckMemory(kvGib: 1, workers: 3, memory);
        var refusal = Assert.Throws<StartException>(() => LocalModel.CheckMemory(kvGib: 1, workers: 4, memory));
        Assert.Equal("A KV cache of 1 GiB for each of 4 workers is more than the 3.0 GiB of memory here; use a smaller --kv-gib.", refusal.Message);
    }

    [Fact]
    public void The_scheduler_lets_a_queue_wait_behind_a_full_batch()
    {
        var services = new ServiceCollection().AddPrebleGrains(new ServeOptions { WaitingRequests = 2, RunningSequences = 64 });
        var scheduler = services.Single(service => service.ServiceType == typeof(SchedulerOptions)).ImplementationInstance;
        Assert.Equal(66, Assert.IsType<SchedulerOptions>(scheduler).RequestsPerWorker);
    }

    [Theory]
    [InlineData("--batch 64", 512)]
    [InlineData("--batch 4096", 4096)]
    public void A_large_batch_gets_steps_that_hold_it(string line, int stepTokens)
    {
        var (command, options) = (new Command("serve"), new ServerOptions());
        options.AddTo(command);
        Assert.Equal(stepTokens, options.Read(command.Parse(line)).StepTokens);
    }

    [Fact]
    public void The_KV_type_is_read_by_name()
    {
        var (command, options) = (new Command("serve"), new ServerOptions());
        options.AddTo(command);
        Assert.Equal("default", options.Read(command.Parse("")).KvType);
        Assert.Equal("int8", options.Read(command.Parse("--kv-type int8")).KvType);
        Assert.Equal([KvType.Default, KvType.F32, KvType.F16, KvType.Int8], KvTypes.Names.Select(KvTypes.Parse));
    }

    [Fact]
    public void The_defaults_are_right_and_workers_are_numbered()
    {
        var options = new ServeOptions { Workers = 2 }.Validate();
        Assert.Equal(["w0", "w1"], options.WorkersOf(0).Select(worker => worker.Value));
        Assert.Equal(["w2", "w3"], options.WorkersOf(1).Select(worker => worker.Value));
    }

    [Theory]
    [InlineData("model.gguf", "model.gguf", null)]
    [InlineData("small=model.gguf", "model.gguf", "small")]
    [InlineData("small=models/a=b.gguf", "models/a=b.gguf", "small")]
    [InlineData("models/a=b.gguf", "models/a=b.gguf", null)]
    public void A_model_is_a_path_or_a_name_and_a_path(string text, string path, string? name) =>
        Assert.Equal(new ModelSource(path, name), ModelSource.Parse(text));

    [Theory]
    [InlineData("--model a= --workers 1", "--model needs the name of a file or a folder; it is empty.")]
    [InlineData("--model =a.gguf", "--model NAME=PATH needs the name of a model; it is empty.")]
    [InlineData("--model a --model b --workers 33", "The number of workers must be from 1 to 64; it is 66.")]
    public void Models_that_make_no_sense_are_one_sentence(string line, string sentence)
    {
        var (command, options) = (new Command("serve"), new ServerOptions());
        options.AddTo(command);
        Assert.Equal(sentence, Assert.Throws<StartException>(() => options.Read(command.Parse(line))).Message);
    }

    [Theory]
    [InlineData("--scheduler Nonsense=1", "The scheduler has no option 'Nonsense'")]
    [InlineData("--scheduler CopyPrice=-1", "Scheduler option CopyPrice must be")]
    [InlineData("--scheduler QueuedRequests=1", "The scheduler's QueuedRequests is set with --scheduler-queue.")]
    [InlineData("--late-requests never", "--late-requests must be 'refuse' or 'downgrade', not 'never'.")]
    [InlineData("--ttft-target-ms -1", "Scheduler option TtftTargetSeconds must be")]
    public void Options_of_the_scheduler_that_make_no_sense_are_one_sentence(string line, string sentence)
    {
        var (command, options) = (new Command("serve"), new ServerOptions());
        options.AddTo(command);
        Assert.StartsWith(sentence, Assert.ThrowsAny<Exception>(() => options.Read(command.Parse(line))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_of_the_scheduler_reach_it()
    {
        var (command, options) = (new Command("serve"), new ServerOptions());
        options.AddTo(command);
        var read = options.Read(command.Parse("--scheduler CopyPrice=3 --ttft-target-ms 500 --late-requests downgrade --queue 10 --batch 5 --scheduler-shards 3"));
        var services = new ServiceCollection().AddLogging().AddPrebleGrains(read);
        var scheduler = services.Single(service => service.ServiceType == typeof(SchedulerOptions)).ImplementationInstance as SchedulerOptions;
        Assert.Equal(3, Assert.IsType<SchedulerShards>(services.Single(service => service.ServiceType == typeof(SchedulerShards)).ImplementationInstance).Count);
        Assert.Equal((3, 0.5, LateRequests.Downgrade, 15), (scheduler!.CopyPrice, scheduler.TtftTargetSeconds, scheduler.LateRequests, scheduler.RequestsPerWorker));
    }

    [Fact]
    public void A_missing_model_is_one_sentence()
    {
        var failure = Assert.Throws<StartException>(() => LocalModels.Open(
            new ServeOptions { Models = [new ModelSource("/no/such.gguf")] }, TimeProvider.System, NullLogger<LocalModel>.Instance));
        Assert.Contains("/no/such.gguf", failure.Message, StringComparison.Ordinal);
    }
}
