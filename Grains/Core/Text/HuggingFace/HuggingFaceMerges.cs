using System.Text.Json;

namespace Preble.Core.Text;

/// <summary>Reads merges in both of their spellings: <c>"a b"</c> and <c>["a", "b"]</c>.</summary>
internal static class HuggingFaceMerges
{
    public static IReadOnlyList<(string Left, string Right)> Read(JsonElement model) => [.. model.Array("merges").Select(ReadOne)];

    private static (string Left, string Right) ReadOne(JsonElement merge)
    {
        if (merge.ValueKind == JsonValueKind.String)
        {
            var text = merge.GetString()!;
            var space = text.IndexOf(' ');
            if (space > 0 && space == text.LastIndexOf(' ') && space < text.Length - 1)
            {
                return (text[..space], text[(space + 1)..]);
            }
        }
        else if (merge.ValueKind == JsonValueKind.Array
            && merge.GetArrayLength() == 2
            && merge[0].ValueKind == JsonValueKind.String
            && merge[1].ValueKind == JsonValueKind.String)
        {
            return (merge[0].GetString()!, merge[1].GetString()!);
        }

        throw new TokenizerException("A merge of the tokeniser is not two texts.");
    }
}
