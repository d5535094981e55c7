using Preble.Core.Text;

namespace Preble.Api;

/// <summary>What the front-end needs of the served model.</summary>
/// <param name="SpecialNames">Names of control tokens such as <c>&lt;|im_end|&gt;</c>: in a user's text they are only text.</param>
/// <param name="Created">When this server began to serve it, in seconds since 1970.</param>
internal sealed record ApiModel(
    ModelId Id,
    ITokenizer Tokenizer,
    IChatTemplate? Template,
    int ContextTokens,
    int BlockSize,
    IReadOnlyList<string> SpecialNames,
    string BeginText,
    string EndText,
    long Created);
