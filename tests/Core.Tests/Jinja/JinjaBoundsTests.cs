using System.Diagnostics;
using Preble.Core.Text;
using Preble.Core.Text.Jinja;

namespace Preble.Core.Tests.Jinja;

/// <summary>A template is not trusted: whatever it tries, it gets a message, soon, and the process lives on.</summary>
public sealed class JinjaBoundsTests
{
    private const string EndlessLoop = "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}";
    private const string Doubling = "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}";
    private const string DeepList = "{% set ns = namespace(x=[]) %}{% for i in range(99999) %}{% set ns.x = [ns.x] %}{% endfor %}";
    private const string WideList = "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}";
    private const string DeepGenerator =
        "{% set ns = namespace(x=[1]) %}{% for i in range(99999) %}{% set ns.x = ns.x | map('string') %}{% endfor %}";
    private const string DeepTuple = "{% set ns = namespace(x=(1,)) %}{% for i in range(99999) %}{% set ns.x = (ns.x,) %}{% endfor %}";

    [Theory]
    [InlineData(EndlessLoop, "steps")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "nests too deeply")]
    [InlineData("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", "nests too deeply")]
    [InlineData(Doubling, "characters")]
    [InlineData("{{ 'x' * 999999999999 }}", "characters")]
    [InlineData("{% for i in range(99999) %}{{ 'x' * 1000 }}{% endfor %}", "longer than")]
    [InlineData("{{ [0] * 999999999999 }}", "steps")]
    [InlineData("{{ '%999999999d' % 1 }}", "characters")]
    [InlineData("{{ '{:>999999999}'.format(1) }}", "characters")]
    [InlineData("{{ 'a' | center(999999999) }}", "characters")]
    [InlineData("{{ ('a\n' * 9999) | indent(999999) }}", "characters")]
    [InlineData("{{ [1] | tojson(indent=999999999) }}", "characters")]
    [InlineData("{{ [1] | batch(999999999, 0) | list }}", "steps")]
    [InlineData("{{ [1] | slice(999999999) | list }}", "steps")]
    [InlineData("{{ ('a' * 9999) | replace('', 'b' * 99999) }}", "characters")]
    [InlineData("{{ (',' * 99999).join(range(99999) | map('string')) }}", "characters")]
    [InlineData(DeepList + "{{ ns.x }}", "nests too deeply")]
    [InlineData(DeepList + "{{ ns.x | tojson }}", "nests too deeply")]
    [InlineData(DeepList + "{% set a = ns.x %}" + DeepList + "{{ a == ns.x }}", "nests too deeply")]
    [InlineData(DeepTuple + "{{ {ns.x: 1} }}", "nests too deeply")]
    [InlineData(DeepGenerator + "{{ ns.x | list }}", "nests too deeply")]
    [InlineData(WideList + "{{ ns.x }}", "steps")]
    [InlineData(WideList + "{% set a = ns.x %}" + WideList + "{{ a == ns.x }}", "steps")]
    [InlineData("{{ 9 ** 99 }}", "64 bits")]
    [InlineData("{{ 9223372036854775807 + 1 }}", "64 bits")]
    [InlineData("{{ (0 - 9223372036854775807 - 1) // -1 }}", "64 bits")]
    [InlineData("{{ range(0, 9223372036854775807) }}", "Range too big")]
    [InlineData("{{ '%.99999f' % 1.5 }}", "precision")]
    public void Costly_templates_stop_with_a_message(string template, string message)
    {
        var watch = Stopwatch.StartNew();
        var parsed = JinjaChatTemplate.Parse(template);
        var failure = Assert.Throws<ChatTemplateException>(() => parsed.Render(new Dictionary<string, object?>(StringComparer.Ordinal)));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);

        // Not a measurement: a bound that does not hold takes minutes.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{template} took {watch.Elapsed}");
    }

    [Theory]
    [InlineData('(', ')')]
    [InlineData('[', ']')]
    public void Deep_brackets_are_refused_by_the_parser(char open, char close)
    {
        var template = "{{ " + new string(open, 100_000) + new string(close, 100_000) + " }}";
        var failure = Assert.Throws<ChatTemplateException>(() => JinjaChatTemplate.Parse(template));
        Assert.Contains("nests deeper than", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% if t %}", "nests deeper than")]
    [InlineData("{{ not ", "")]
    [InlineData("{{ - ", "")]
    [InlineData("{% for x in y %}", "nests deeper than")]
    [InlineData("{{ '", "")]
    [InlineData("{#", "closed")]
    [InlineData("{{ a", "")]
    public void Repeated_openings_are_refused_by_the_parser(string opening, string message)
    {
        var template = string.Concat(Enumerable.Repeat(opening, 20_000));
        var failure = Assert.Throws<ChatTemplateException>(() => JinjaChatTemplate.Parse(template));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" + 1")]
    [InlineData(" and 1")]
    [InlineData(" * 1")]
    [InlineData(".a")]
    [InlineData("|string")]
    [InlineData(" if 1")]
    public void Long_chains_are_refused_by_the_parser(string link)
    {
        var template = "{{ 1" + string.Concat(Enumerable.Repeat(link, 100_000)) + " }}";
        var failure = Assert.Throws<ChatTemplateException>(() => JinjaChatTemplate.Parse(template));
        Assert.Contains("chains more than", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Objects_that_are_no_plain_values_do_not_reach_a_template()
    {
        var template = JinjaChatTemplate.Parse("{{ x }}");
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal) { ["x"] = new Uri("http://localhost") };
        var failure = Assert.Throws<ChatTemplateException>(() => template.Render(variables));
        Assert.Contains("no plain value", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_by_the_template_itself_is_passed_on_word_for_word()
    {
        var template = JinjaChatTemplate.Parse("\n\n{{ raise_exception('Roles must alternate') }}");
        var failure = Assert.Throws<ChatTemplateException>(() => template.Render(new Dictionary<string, object?>(StringComparer.Ordinal)));
        Assert.Equal("Roles must alternate", failure.Message);
    }

    [Fact]
    public void A_failure_while_rendering_names_the_line()
    {
        var template = JinjaChatTemplate.Parse("one\n{% if true %}\n{{ 'a' + 1 }}\n{% endif %}");
        var failure = Assert.Throws<ChatTemplateException>(() => template.Render(new Dictionary<string, object?>(StringComparer.Ordinal)));
        Assert.Equal("can only concatenate str (not \"int\") to str (chat template, line 3)", failure.Message);
    }
}
