using System.Text;
using System.Text.Json;
using Preble.Api.Tests.Fakes;
using Preble.Api.Wire;
using Preble.Testing;

namespace Preble.Api.Tests.Properties;

/// <summary>What holds of every body: a valid one is understood as it was meant, a broken one is the client's error and never an exception.</summary>
public sealed class WirePropertyTests
{
    private const int Bodies = 2_000;
    private const int Mutations = 10;

    private static readonly ApiModels Models = new([ApiHost.ModelFacts]);

    [Fact]
    public void A_body_is_understood_as_it_was_written()
    {
        for (var seed = 0UL; seed < Bodies; seed++)
        {
            var chat = GeneratedChat.New(new SeededRandom(seed));

            var error = RequestReader.Read(Encoding.UTF8.GetBytes(chat.Json), ApiJson.Wire.ChatCompletionRequest, out var request)
                ?? ChatValidator.Check(request!, Models);

            Assert.True(error is null, $"seed {seed}: {error?.Message}\n{chat.Json}");
            var settings = SettingsValidator.Settings(request!, request!.MaxCompletionTokens ?? request.MaxTokens, GeneratedChat.FreshSeed);

            // Arrays are compared by what is in them, the record without them.
            Assert.True(settings.Stops.SequenceEqual(chat.Settings.Stops), $"seed {seed}: the stop strings of {chat.Json}");
            Assert.True(settings with { Stops = default } == chat.Settings with { Stops = default }, $"seed {seed}: {settings}\n{chat.Json}");
            Assert.Equal(chat.Messages, request.Messages!.Select(message => (message!.Role!, string.Concat(message.Content!.Parts.Select(part => part!.Text)))));
        }
    }

    [Fact]
    public void A_body_with_changed_bytes_is_valid_or_the_clients_error_and_never_an_exception()
    {
        var planner = new GenerationPlanner(Models, new RequestNumbers(() => GeneratedChat.FreshSeed), new ManualTimeProvider());
        var outcomes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var seed = 0UL; seed < Bodies; seed++)
        {
            var random = new SeededRandom(seed);
            var valid = Encoding.UTF8.GetBytes(GeneratedChat.New(random).Json);
            for (var i = 0; i < Mutations; i++)
            {
                var outcome = Outcome(planner, Mutated(valid, random), seed);
                outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            }
        }

        string[] reached = ["valid", "malformed_body", "invalid_type", "invalid_value", "missing_required_parameter", "model_not_found"];
        Assert.All(reached, outcome => Assert.True(outcomes.GetValueOrDefault(outcome) > 10, $"{outcome} was hardly reached: {string.Join(", ", outcomes)}"));
    }

    private static string Outcome(GenerationPlanner planner, byte[] body, ulong seed)
    {
        try
        {
            GenerationPlan? plan = null;
            var error = RequestReader.Read(body, ApiJson.Wire.ChatCompletionRequest, out var request) ?? planner.Plan(request!, new RequestOrigin("r", null), out plan);
            if (error is null)
            {
                Assert.NotNull(plan);
                return "valid";
            }

            Assert.InRange(error.Status, 400, 499);
            Assert.NotEmpty(error.Message);
            JsonSerializer.SerializeToUtf8Bytes(error.ToWire(), ApiJson.Wire.ErrorResponse);
            return error.Code ?? "no code";
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"seed {seed}, body in base 64: {Convert.ToBase64String(body)}", failure);
        }
    }

    /// <summary>One to three changes; those by a byte of JSON's own grammar get further in than those by any byte.</summary>
    private static byte[] Mutated(byte[] valid, SeededRandom random)
    {
        var body = valid.ToList();
        for (var changes = random.Between(1, 3); changes > 0 && body.Count > 0; changes--)
        {
            var at = random.Below(body.Count);
            var value = random.Chance(0.5) ? (byte)random.Below(256) : random.Pick("0123456789-+.eE\"\\/{}[]:,u ntf"u8.ToArray());
            switch (random.Below(6))
            {
                case 0:
                    body.Insert(at, value);
                    break;
                case 1:
                    body.RemoveAt(at);
                    break;
                case 2 when random.Chance(0.2):
                    body.RemoveRange(at, body.Count - at);
                    break;
                case 3:
                    body.InsertRange(at, body.GetRange(at, Math.Min(random.Between(1, 20), body.Count - at)));
                    break;
                default:
                    body[at] = value;
                    break;
            }
        }

        return [.. body];
    }
}
