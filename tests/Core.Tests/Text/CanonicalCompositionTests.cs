using Preble.Core.Text;

namespace Preble.Core.Tests.Text;

public sealed class CanonicalCompositionTests
{
    [Theory]
    // Left is the text, right its form C by Python's unicodedata.
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("\u00E9", "\u00E9")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("q\u0323\u0307", "q\u0323\u0307")]
    [InlineData("\u1E0B\u0323", "\u1E0D\u0307")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C")]
    [InlineData("\uD55C", "\uD55C")]
    [InlineData("\uAC00\u11A8", "\uAC01")]
    [InlineData("\uAC00\u11A7", "\uAC00\u11A7")]
    [InlineData("\uAC00\u11C3", "\uAC00\u11C3")]
    [InlineData("\uAC01\u11A8", "\uAC01\u11A8")]
    [InlineData("\u2126", "\u03A9")]
    [InlineData("\u212B", "\u00C5")]
    [InlineData("\uFB1D", "\u05D9\u05B4")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u0344", "\u0308\u0301")]
    [InlineData("a\u0301\u0301", "\u00E1\u0301")]
    [InlineData("a\u0328\u0301", "\u0105\u0301")]
    [InlineData("\u0301a", "\u0301a")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    [InlineData("\U00011099\U000110BA", "\U0001109A")]
    [InlineData("\u0B47\u0B3E", "\u0B4B")]
    [InlineData("\u1100\u1161\u1161", "\uAC00\u1161")]
    [InlineData("e\u200D\u0301", "e\u200D\u0301")]
    [InlineData("\uF900", "\u8C48")]
    [InlineData("\u0F73", "\u0F71\u0F72")]
    [InlineData("\u0FB2\u0F71\u0F80", "\u0FB2\u0F71\u0F80")]
    [InlineData("a\u05AE\u0300\u0315b", "\u00E0\u05AE\u0315b")]
    [InlineData("\u00FC\u0332eo\u034A\u0307", "\u00FC\u0332eo\u034A\u0307")]
    [InlineData("\u0928\u0304i\u0335\u0308\u031Ei\u0336\u0307\u0369\u0348", "\u0928\u0304\u00EF\u0335\u031Ei\u0336\u0348\u0307\u0369")]
    [InlineData("o\u0350e\u034A\u0332\u0306\u031Ce\u036D\u0311\u0325\u0335", "o\u0350e\u0332\u031C\u034A\u0306e\u0335\u0325\u036D\u0311")]
    [InlineData("u\u030F\u0349\u0327\u0347AE\u030C\u0346", "\u0215\u0327\u0349\u0347A\u011A\u0346")]
    [InlineData("i\u0307\u034F\u031A\u033F\u0627\u033B\u034A\u00E7\u0326\u031F",
        "i\u0307\u034F\u033F\u031A\u0627\u033B\u034A\u00E7\u0326\u031F")]
    [InlineData("A\u030As\u033F\u0323\u032B\u035D\u00E7\u034D\u0309", "\u00C5\u1E63\u032B\u033F\u035D\u00E7\u034D\u0309")]
    [InlineData("o\u0335\u0315\u0360\u032Bu\u0335\u0305\u0355i\u0349\u0365\u0323\u0368",
        "o\u0335\u032B\u0315\u0360u\u0335\u0355\u0305i\u0349\u0323\u0365\u0368")]
    [InlineData("\u00FC\u0358\u032C\u1EA1\u0366\u033A\u0308\u036Bi\u033C\u0359",
        "\u00FC\u032C\u0358\u1EA1\u033A\u0366\u0308\u036Bi\u033C\u0359")]
    [InlineData("is\u0357\u0369\u0339\u0324\u304B\u0302\u033B", "is\u0339\u0324\u0357\u0369\u304B\u033B\u0302")]
    [InlineData("\u01B0\u034Eo\u0307\u031B\u0362s\u035E", "\u01B0\u034E\u01A1\u0307\u0362s\u035E")]
    [InlineData("y\u0332\u036F\u033Fi\u0339\u304B\u0323\u0327\u0311\u0368", "y\u0332\u036F\u033Fi\u0339\u304B\u0327\u0323\u0311\u0368")]
    [InlineData("\u0627\u0323\u035A\u0335\u032D\u304B\u0313i\u0313", "\u0627\u0335\u0323\u035A\u032D\u304B\u0313i\u0313")]
    public void Text_is_composed_as_the_reference_does(string text, string composed) =>
        Assert.Equal(composed, CanonicalComposition.Compose(text).ToString());

    [Fact]
    public void Every_character_up_to_the_last_that_changes_composes_to_itself_or_to_what_it_always_maps_to()
    {
        var (stable, changed) = (0, 0);
        foreach (var character in Enumerable.Range(0, 0x3_0000).Where(c => c is < 0xD800 or > 0xDFFF))
        {
            var text = char.ConvertFromUtf32(character);
            var once = CanonicalComposition.Compose(text).ToString();
            Assert.Equal(once, CanonicalComposition.Compose(once).ToString());
            stable += string.Equals(once, text, StringComparison.Ordinal) ? 1 : 0;
            changed += string.Equals(once, text, StringComparison.Ordinal) ? 0 : 1;
        }

        // Counted with Python's unicodedata 14.0.0.
        Assert.Equal(1120, changed);
        Assert.Equal(0x3_0000 - 0x800 - 1120, stable);
    }

    [Fact]
    public void Text_without_such_characters_is_not_copied()
    {
        const string text = "Plain text, naïve and all.";
        Assert.True(CanonicalComposition.Compose(text).Overlaps(text));
    }
}
