using System.Text;
using Preble.Core.Text;

namespace Preble.Api.Tests.Fakes;

/// <summary>The plainest chat template; it refuses a conversation that begins with the assistant.</summary>
internal sealed class ChatMlTemplate : IChatTemplate
{
    public string Render(IReadOnlyDictionary<string, object?> variables)
    {
        var text = new StringBuilder();
        foreach (var message in ((IReadOnlyList<object?>)variables["messages"]!).Cast<IReadOnlyDictionary<string, object?>>())
        {
            if (text.Length == 0 && message["role"] is "assistant")
            {
                throw new ChatTemplateException("the first message must be the user's");
            }

            text.Append("<|im_start|>").Append(message["role"]).Append('\n').Append(message["content"]).Append("<|im_end|>\n");
        }

        if (variables.TryGetValue("tools", out var tools))
        {
            text.Append("tools ").Append(((IReadOnlyList<object?>)tools!).Count).Append('\n');
        }

        return text.Append("<|im_start|>assistant\n").ToString();
    }
}
