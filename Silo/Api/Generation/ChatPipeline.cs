using System.Text;
using Preble.Api.Wire;

namespace Preble.Api;

/// <summary>
/// The path of one request from its plan to its last byte. The status line waits for the first event, so that whatever goes wrong
/// before the first token has its own HTTP status; what goes wrong later is an error event.
/// </summary>
internal sealed class ChatPipeline(Generator generator)
{
    public Task AnswerAsync(HttpContext context, GenerationPlan plan, AnswerFormat format, RequestTelemetry telemetry) =>
        plan.Settings.Stream ? StreamAsync(context, plan, format, telemetry) : WholeAsync(context, plan, format, telemetry);

    private async Task WholeAsync(HttpContext context, GenerationPlan plan, AnswerFormat format, RequestTelemetry telemetry)
    {
        var texts = Enumerable.Range(0, plan.Settings.Choices).Select(_ => new StringBuilder()).ToArray();
        var ends = new ChoiceEnd[plan.Settings.Choices];
        await foreach (var choiceEvent in generator.RunAsync(plan, context.RequestAborted))
        {
            telemetry.Clock.Take(choiceEvent);
            NameWorker(context, choiceEvent);
            texts[choiceEvent.Choice].Append(choiceEvent.Text);
            if (choiceEvent.End?.Error is { } error)
            {
                telemetry.Failed(error);
                await ApiErrorWriter.WriteAsync(context, error);
                return;
            }

            ends[choiceEvent.Choice] = choiceEvent.End ?? ends[choiceEvent.Choice];
        }

        var choices = texts.Zip(ends, (text, end) => (text.ToString(), end.FinishReason!)).ToList();
        var usage = UsageOf(plan, ends);
        await format.WriteWholeAsync(context.Response, choices, usage);
        telemetry.Finished(ends, usage);
    }

    private async Task StreamAsync(HttpContext context, GenerationPlan plan, AnswerFormat format, RequestTelemetry telemetry)
    {
        using var events = new ServerSentEvents(context.Response);
        var ends = new ChoiceEnd[plan.Settings.Choices];
        var started = new bool[plan.Settings.Choices];
        await foreach (var choiceEvent in generator.RunAsync(plan, context.RequestAborted))
        {
            if (choiceEvent.End?.Error is { } error)
            {
                telemetry.Failed(error);
                await FailAsync(context, events, error);
                return;
            }

            NameWorker(context, choiceEvent);
            Write(events, format, choiceEvent, started);
            ends[choiceEvent.Choice] = choiceEvent.End ?? ends[choiceEvent.Choice];
            await events.FlushAsync(context.RequestAborted);
            telemetry.Clock.Take(choiceEvent);
        }

        var usage = UsageOf(plan, ends);
        if (plan.Settings.IncludeUsage)
        {
            format.WriteUsage(events, usage);
        }

        events.Done();
        await events.FlushAsync(context.RequestAborted);
        telemetry.Finished(ends, usage);
    }

    private static void Write(ServerSentEvents events, AnswerFormat format, ChoiceEvent choiceEvent, bool[] started)
    {
        if (Array.TrueForAll(started, already => !already))
        {
            events.Open();
        }

        if (!started[choiceEvent.Choice])
        {
            started[choiceEvent.Choice] = true;
            format.WriteStart(events, choiceEvent.Choice);
        }

        if (choiceEvent.Text.Length > 0)
        {
            format.WriteText(events, choiceEvent.Choice, choiceEvent.Text);
        }

        if (choiceEvent.End is { } end)
        {
            format.WriteFinish(events, choiceEvent.Choice, end.FinishReason!);
        }
    }

    private static async Task FailAsync(HttpContext context, ServerSentEvents events, ApiError error)
    {
        if (!context.Response.HasStarted)
        {
            await ApiErrorWriter.WriteAsync(context, error);
            return;
        }

        // Without [DONE]: a client must not take half an answer for a whole one. Only one that was cut for reading too late is told that
        // nothing more is on its way.
        events.Write(error.ToWire(), ApiJson.Wire.ErrorResponse);
        if (error.Code == ApiErrors.SlowReader().Code)
        {
            events.Done();
        }

        await events.FlushAsync(context.RequestAborted);
    }

    /// <summary>Says which worker served the first choice, for those who measure.</summary>
    private static void NameWorker(HttpContext context, ChoiceEvent choiceEvent)
    {
        if (choiceEvent.Choice == 0 && choiceEvent.Worker.Value is { } worker && !context.Response.HasStarted)
        {
            context.Response.Headers[ApiHeaders.Worker] = worker;
        }
    }

    private static Usage UsageOf(GenerationPlan plan, ChoiceEnd[] ends)
    {
        var output = ends.Sum(end => end.OutputTokens);

        // One of the choices computes the prompt and the others find it: the least is what was there before the request came.
        var cached = ends.Where(end => end.Error is null).Select(end => end.CachedTokens).DefaultIfEmpty().Min();
        var (drafted, accepted) = (ends.Sum(end => end.DraftedTokens), ends.Sum(end => end.AcceptedTokens));
        return new Usage(plan.Prompt.Length, output, plan.Prompt.Length + output, new PromptTokensDetails(cached))
        {
            CompletionTokensDetails = drafted > 0 ? new CompletionTokensDetails(accepted, drafted - accepted) : null,
        };
    }
}
