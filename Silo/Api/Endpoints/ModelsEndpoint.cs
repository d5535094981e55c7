using Preble.Api.Wire;

namespace Preble.Api.Endpoints;

/// <summary>Says which models this server has.</summary>
internal sealed class ModelsEndpoint(ApiModels models)
{

    public Task ListAsync(HttpContext context) =>
        context.Response.WriteAsJsonAsync(new ModelList("list", [.. models.All.Select(Entry)]), ApiJson.Wire.ModelList);

    public Task OneAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return models.Find(id) is { } model
            ? context.Response.WriteAsJsonAsync(Entry(model), ApiJson.Wire.ModelEntry)
            : ApiErrorWriter.WriteAsync(context, ApiErrors.UnknownModel(id, models.Names));
    }

    private static ModelEntry Entry(ApiModel model) => new(model.Id.Value, "model", model.Created, "preble", model.ContextTokens);
}
