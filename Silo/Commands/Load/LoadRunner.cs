using System.Diagnostics;
using Microsoft.Extensions.AI;
using Preble.Client;

namespace Preble.Commands.Load;

/// <summary>Sends the requests at their times and measures each from here, as a user would.</summary>
internal sealed class LoadRunner(PrebleChatClient client, LoadOptions options)
{
    private readonly LoadPrompts _prompts = new(options);

    /// <summary>Calls <paramref name="done"/> after each request, from any thread.</summary>
    public async Task<(IReadOnlyList<LoadSample> Samples, double Seconds)> RunAsync(Action<LoadSample> done, CancellationToken cancellation)
    {
        using var places = new SemaphoreSlim(options.Concurrency);
        var random = new Random(options.Seed);
        var clock = Stopwatch.StartNew();
        var due = 0.0;
        var requests = new List<Task<LoadSample>>(options.Requests);
        for (var request = 0; request < options.Requests; request++)
        {
            if (options.Rate > 0)
            {
                due += -Math.Log(1 - random.NextDouble()) / options.Rate;
                var wait = TimeSpan.FromSeconds(Math.Max(0, due - clock.Elapsed.TotalSeconds));
                await Task.Delay(wait, cancellation);
            }

            await places.WaitAsync(cancellation);
            requests.Add(OneAsync(request, places, done, cancellation));
        }

        var samples = await Task.WhenAll(requests);
        return (samples, clock.Elapsed.TotalSeconds);
    }

    private async Task<LoadSample> OneAsync(int request, SemaphoreSlim places, Action<LoadSample> done, CancellationToken cancellation)
    {
        try
        {
            var sample = await MeasureAsync(request, cancellation);
            done(sample);
            return sample;
        }
        finally
        {
            places.Release();
        }
    }

    private async Task<LoadSample> MeasureAsync(int request, CancellationToken cancellation)
    {
        ChatMessage[] messages = [new(ChatRole.System, _prompts.Prefix(request)), new(ChatRole.User, LoadPrompts.Question(request))];
        var chat = new ChatOptions { MaxOutputTokens = options.OutputTokens, Temperature = 0 };
        var clock = Stopwatch.StartNew();
        var times = new List<double>();
        UsageDetails? usage = null;
        string? worker = null;
        string? error = null;
        try
        {
            await foreach (var update in client.GetStreamingResponseAsync(messages, chat, cancellation))
            {
                if (update.Text.Length > 0)
                {
                    times.Add(clock.Elapsed.TotalSeconds);
                }

                worker ??= update.AdditionalProperties?[PrebleChatClient.WorkerProperty] as string;
                usage = update.Contents.OfType<UsageContent>().FirstOrDefault()?.Details ?? usage;
            }
        }
        catch (PrebleApiException failure)
        {
            error = failure.Code ?? $"status {failure.Status}";
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            error = failure.GetType().Name;
        }

        var gaps = times.Zip(times.Skip(1), (before, after) => after - before).ToList();
        return new LoadSample(
            times.FirstOrDefault(), gaps, clock.Elapsed.TotalSeconds,
            usage?.InputTokenCount ?? 0, usage?.CachedInputTokenCount ?? 0, usage?.OutputTokenCount ?? 0, worker, error);
    }
}
