using Preble.Core.Radix;

namespace Preble.Core.Placement.Prefixes;

/// <summary>
/// What a prompt is judged by: the deepest stretch of it that has more tokens than all before it (App. A). Nodes shared by equally many
/// requests are one stretch, wherever edges happen to be cut; the first stretch always qualifies, so every prompt has a key portion.
/// </summary>
public static class KeyPortion
{
    /// <summary>The node at whose end the key portion of the prompt ending at <paramref name="leaf"/> ends.</summary>
    public static RadixNode Of(RadixNode leaf)
    {
        for (var end = leaf; ;)
        {
            var start = Start(end);
            if (end.Depth + end.Count - start.Depth > start.Depth || start.Parent is null)
            {
                return end;
            }

            end = start.Parent;
        }
    }

    /// <summary>The key portion above another, of prompts that end earlier; null above the first.</summary>
    public static RadixNode? Above(RadixNode key) => Start(key).Parent is { } before ? Of(before) : null;

    private static RadixNode Start(RadixNode end)
    {
        var start = end;
        while (start.Parent is { } parent && parent.Requests == end.Requests)
        {
            start = parent;
        }

        return start;
    }
}
