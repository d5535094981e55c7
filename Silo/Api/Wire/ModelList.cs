namespace Preble.Api.Wire;

/// <summary>The answer of <c>GET /v1/models</c>.</summary>
internal sealed record ModelList(string Object, IReadOnlyList<ModelEntry> Data);

/// <summary>One served model. The context length is ours; the rest is OpenAI's.</summary>
internal sealed record ModelEntry(string Id, string Object, long Created, string OwnedBy, int ContextLength);
