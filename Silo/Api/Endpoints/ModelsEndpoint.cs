using Preble.Api.Wire;

namespace Preble.Api.Endpoints;

/// <summary>Says which models this server has: one.</summary>
internal sealed class ModelsEndpoint(ApiModel model)
{
    private readonly ModelEntry _entry = new(model.Id.Value, "model", model.Created, "preble", model.ContextTokens);

    public Task ListAsync(HttpContext context) =>
        context.Response.WriteAsJsonAsync(new ModelList("list", [_entry]), ApiJson.Wire.ModelList);

    public Task OneAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return id == _entry.Id
            ? context.Response.WriteAsJsonAsync(_entry, ApiJson.Wire.ModelEntry)
            : ApiErrorWriter.WriteAsync(context, ApiErrors.UnknownModel(id, _entry.Id));
    }
}
