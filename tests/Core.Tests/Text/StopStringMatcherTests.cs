using Preble.Core.Text;

namespace Preble.Core.Tests.Text;

public sealed class StopStringMatcherTests
{
    [Fact]
    public void Text_that_may_begin_a_stop_string_is_held_back_until_it_is_known()
    {
        var matcher = new StopStringMatcher(["END"]);
        Assert.Equal(("a", false), matcher.Append("aE"));
        Assert.Equal(("", false), matcher.Append("N"));
        Assert.Equal(("ENxy", false), matcher.Append("xyEN"));
    }

    [Fact]
    public void The_output_ends_before_the_stop_string_and_stays_ended()
    {
        var matcher = new StopStringMatcher(["END"]);
        Assert.Equal(("a", false), matcher.Append("aEN"));
        Assert.Equal(("", true), matcher.Append("Dmore"));
        Assert.True(matcher.Stopped);
        Assert.Equal(("", true), matcher.Append("more"));
        Assert.Equal("", matcher.Flush());
    }

    [Fact]
    public void What_was_held_back_comes_at_the_end_when_no_stop_string_does()
    {
        var matcher = new StopStringMatcher(["\n\n"]);
        Assert.Equal(("a", false), matcher.Append("a\n"));
        Assert.Equal("\n", matcher.Flush());
        Assert.Equal("", matcher.Flush());
    }

    [Fact]
    public void After_a_false_beginning_the_next_one_is_still_seen()
    {
        var matcher = new StopStringMatcher(["aab"]);
        Assert.Equal(("a", false), matcher.Append("aaa"));
        Assert.Equal(("", true), matcher.Append("b"));
    }

    [Fact]
    public void Of_several_stop_strings_the_one_complete_first_counts_and_of_those_the_longest()
    {
        Assert.Equal(("a", true), new StopStringMatcher(["abcd", "bc"]).Append("abcd"));
        Assert.Equal(("x", true), new StopStringMatcher(["c", "abc"]).Append("xabc"));
    }

    [Fact]
    public void Without_stop_strings_all_text_passes_at_once() =>
        Assert.Equal(("text", false), new StopStringMatcher([]).Append("text"));

    [Fact]
    public void An_empty_stop_string_is_refused() =>
        Assert.Throws<ArgumentException>(() => new StopStringMatcher(["a", ""]));
}
