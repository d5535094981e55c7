namespace Preble.Core.Text;

/// <summary>Korean syllables are composed of letters by arithmetic (Unicode, section 3.12).</summary>
internal static class Hangul
{
    private const int FirstSyllable = 0xAC00;
    private const int FirstLead = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int NoTail = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Tails = 28;
    private const int Syllables = Leads * Vowels * Tails;

    public static bool IsSyllable(int character) => character is >= FirstSyllable and < FirstSyllable + Syllables;

    public static void Decompose(int syllable, List<int> into)
    {
        var index = syllable - FirstSyllable;
        into.Add(FirstLead + index / (Vowels * Tails));
        into.Add(FirstVowel + index / Tails % Vowels);
        if (index % Tails != 0)
        {
            into.Add(NoTail + index % Tails);
        }
    }

    public static bool TryCompose(int first, int second, out int composed)
    {
        if (first is >= FirstLead and < FirstLead + Leads && second is >= FirstVowel and < FirstVowel + Vowels)
        {
            composed = FirstSyllable + ((first - FirstLead) * Vowels + second - FirstVowel) * Tails;
            return true;
        }

        composed = first + second - NoTail;
        return IsSyllable(first) && (first - FirstSyllable) % Tails == 0 && second is > NoTail and < NoTail + Tails;
    }
}
