namespace Preble.Core.Text.Jinja;

/// <summary>Python's truth: empty and zero are false, all else is true.</summary>
internal static class Truth
{
    public static bool Of(object value) => SafeText.Plain(value) switch
    {
        bool flag => flag,
        string text => text.Length > 0,
        None or Undefined => false,
        long number => number != 0,
        double number => number != 0,
        ISequenceValue sequence => sequence.Count > 0,
        DictValue dict => dict.Count > 0,
        DictView view => view.Count > 0,
        LoopValue loop => loop.Length > 0,
        _ => true,
    };
}
