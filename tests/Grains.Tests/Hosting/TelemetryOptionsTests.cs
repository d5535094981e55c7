using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Preble.Hosting;
using Preble.Hosting.Telemetry;

namespace Preble.Grains.Tests.Hosting;

/// <summary>What an operator may say about logs and the collector.</summary>
public sealed class TelemetryOptionsTests
{
    [Theory]
    [InlineData("debug", "", LogLevel.Debug)]
    [InlineData("Warning", "", LogLevel.Warning)]
    [InlineData("Orleans.Runtime=none", "Orleans.Runtime", LogLevel.None)]
    public void A_rule_is_a_level_or_a_category_and_its_level(string text, string category, LogLevel level) =>
        Assert.Equal(new LogRule(category, level), LogRule.Parse(text));

    [Theory]
    [InlineData("loud")]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("Preble=")]
    [InlineData("debug,information")]
    public void Another_word_is_refused_with_the_levels_there_are(string text) =>
        Assert.Contains("trace, debug, information, warning, error, none", Assert.Throws<StartException>(() => LogRule.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Nobody_named_is_nowhere() => Assert.Null(OtlpTarget.Of(null, Variables()));

    [Theory]
    [InlineData("http://collector:4318", null, "http/protobuf")]
    [InlineData("http://collector:4317", null, "grpc")]
    [InlineData("http://collector:4317", "http/protobuf", "http/protobuf")]
    [InlineData("https://collector/otlp", "grpc", "grpc")]
    public void The_protocol_is_what_the_variable_says_else_the_ports(string address, string? variable, string protocol)
    {
        var target = OtlpTarget.Of(address, Variables(("OTEL_EXPORTER_OTLP_PROTOCOL", variable), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://elsewhere:1")))!;
        Assert.Equal((address, address, protocol), (target.Address, target.Settings["OTEL_EXPORTER_OTLP_ENDPOINT"], target.Settings["OTEL_EXPORTER_OTLP_PROTOCOL"]));
    }

    [Fact]
    public void The_variables_alone_are_enough_and_keep_what_else_they_say()
    {
        var target = OtlpTarget.Of(null, Variables(("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c:9/v1/traces"), ("OTEL_TRACES_SAMPLER_ARG", "0.1")))!;
        Assert.Equal(("http://c:9/v1/traces", "0.1"), (target.Address, target.Settings["OTEL_TRACES_SAMPLER_ARG"]));
    }

    [Theory]
    [InlineData("collector:4318", "--otlp-endpoint")]
    [InlineData(null, "OTEL_EXPORTER_OTLP_ENDPOINT")]
    public void What_is_no_address_is_refused_by_the_name_of_where_it_stands(string? option, string name) =>
        Assert.StartsWith(
            name, Assert.Throws<StartException>(() => OtlpTarget.Of(option, Variables(("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense")))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_address_for_people_has_no_password() =>
        Assert.Equal("http://collector:4318", OtlpTarget.Of("http://user:secret@collector:4318/", Variables())!.Address);

    private static IConfiguration Variables(params (string Name, string? Value)[] variables) => new ConfigurationBuilder()
        .AddInMemoryCollection(variables.Select(variable => KeyValuePair.Create(variable.Name, variable.Value))).Build();
}
