using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Preble.Hosting;

namespace Preble.Grains.Tests.Hosting;

/// <summary>Costs are measured once a machine and model; whatever is wrong with the file only costs a measurement.</summary>
public sealed class CalibrationCacheTests : IDisposable
{
    private const string Key = "model m\nthreads 2";

    private static readonly CostProfile Costs = new(1e-3, 1e-7, 1e-2) { StepSeconds = 5e-3, DecodeSecondsPerSequence = 4e-3, DecodeSecondsPerContextToken = 2e-6 };

    private readonly string _folder = Directory.CreateTempSubdirectory("preble-calibration-").FullName;
    private readonly Warnings _log = new();
    private int _measured;

    private string PathOfKey => CalibrationCache.PathOf(_folder, Key);

    [Fact]
    public void The_second_start_does_not_measure()
    {
        Assert.Equal(Costs, Get());
        Assert.Equal(Costs, Get());
        Assert.Equal((1, 0), (_measured, _log.Count));
        Assert.Equal([PathOfKey], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Another_model_or_machine_measures_for_itself()
    {
        Get();
        Get("model m\nthreads 4");
        Assert.Equal(2, _measured);
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void A_file_that_names_another_key_is_measured_again_and_replaced()
    {
        Get("model n");
        File.Move(CalibrationCache.PathOf(_folder, "model n"), PathOfKey);
        Assert.Equal(Costs, Get());
        Assert.Equal(Costs, Get());
        Assert.Equal(2, _measured);
    }

    public static TheoryData<string> Wrong =>
    [
        "", "{", "[]", "3", "{\"key\":3}", new string('x', 100_000), new string('[', 5_000), "\0\0\0",
        Json("prefill_seconds_per_token", "-0.001"), Json("prefill_seconds_per_token", "0"), Json("step_seconds", "-1"), Json("step_seconds", "1e9"),
        Json("decode_seconds_per_token", "null"), Json("decode_seconds_per_context_token", "\"many\""), Json("decode_seconds_per_sequence", "1e999"),
        Json("decode_seconds_per_sequence", "NaN"),
    ];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_file_is_measured_again_and_replaced_with_a_warning(string text)
    {
        File.WriteAllText(PathOfKey, text);
        Assert.Equal(Costs, Get());
        Assert.Equal((1, 1), (_measured, _log.Count));
        Assert.Equal(Costs, Get());
        Assert.Equal((1, 1), (_measured, _log.Count));
    }

    [Fact]
    public void The_wrong_files_differ_from_a_right_one_in_one_number_only()
    {
        File.WriteAllText(PathOfKey, Json("step_seconds", "0.005"));
        Assert.Equal(5e-3, Get().StepSeconds);
        Assert.Equal(0, _measured);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_a_warning()
    {
        File.WriteAllText(Path.Combine(_folder, "file"), "not a folder");
        var cache = CalibrationCache.Of(Path.Combine(_folder, "file", "below"), _log);
        Assert.Equal(Costs, cache.GetOrMeasure(Key, Measure));
        Assert.Equal((1, 1), (_measured, _log.Count));
    }

    [Fact]
    public void A_folder_in_the_place_of_the_file_is_a_warning()
    {
        Directory.CreateDirectory(Path.Combine(PathOfKey, "deep"));
        Assert.Equal(Costs, Get());
        Assert.Equal((1, 1), (_measured, _log.Count));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void What_steps_have_taught_replaces_what_was_measured()
    {
        Get();
        CalibrationCache.Of(_folder, _log).Keep(Key, Costs with { StepSeconds = 1e-3 });
        Assert.Equal(1e-3, Get().StepSeconds);
        Assert.Equal((1, 0), (_measured, _log.Count));
        Assert.Equal([PathOfKey], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Off_keeps_nothing()
    {
        var cache = CalibrationCache.Of(CalibrationCache.Off, _log);
        cache.GetOrMeasure(Key, Measure);
        cache.Keep(Key, Costs);
        cache.GetOrMeasure(Key, Measure);
        Assert.Equal((2, 0), (_measured, _log.Count));
        Assert.False(Directory.Exists(CalibrationCache.Off));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Json(string field, string value)
    {
        string[] fields =
        [
            "prefill_seconds_per_token", "prefill_seconds_per_token_context", "decode_seconds_per_token", "step_seconds", "decode_seconds_per_sequence",
            "decode_seconds_per_context_token",
        ];
        var numbers = fields.Select((name, i) => $"\"{name}\":{(name == field ? value : (0.001 * (i + 1)).ToString(CultureInfo.InvariantCulture))}");
        return $"{{\"key\":{JsonSerializer.Serialize(Key)},{string.Join(',', numbers)}}}";
    }

    private CostProfile Get(string key = Key) => CalibrationCache.Of(_folder, _log).GetOrMeasure(key, Measure);

    private CostProfile Measure()
    {
        _measured++;
        return Costs;
    }

    private sealed class Warnings : ILogger
    {
        public int Count { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Count += logLevel >= LogLevel.Warning ? 1 : 0;
    }
}
