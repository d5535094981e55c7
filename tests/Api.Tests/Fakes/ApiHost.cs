using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Preble.Actors;
using Preble.Hosting;
using Preble.Testing;

namespace Preble.Api.Tests.Fakes;

/// <summary>The real front-end on a loopback port, over scripted grains, with a clock and numbers that do not change: answers are the same bytes each time.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    public const string Model = "tiny";
    public const int ContextTokens = 256;

    private readonly WebApplication _app;

    private ApiHost(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Http { get; }

    public static ApiModel ModelFacts { get; } = new(
        new ModelId(Model), new ByteTokenizer(), new ChatMlTemplate(), ContextTokens, BlockSize: 16, ByteTokenizer.SpecialNames, "", "<|im_end|>", 1767225600);

    public IEnumerable<RouteEndpoint> Routes => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    public RequestGate Gate => _app.Services.GetRequiredService<RequestGate>();

    public static async Task<ApiHost> StartAsync(
        IGrains grains, TimeProvider? time = null, ApiModel? model = null, RequestNumbers? numbers = null, ApiKeySource? keys = null,
        ContactOptions? patience = null, params ApiModel[] others)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = ApiLimits.ConnectionBodyBytes;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        builder.Services.AddSingleton(grains);
        builder.Services.AddSingleton(new ApiModels([model ?? ModelFacts, .. others]));
        builder.Services.AddSingleton(time ?? new ManualTimeProvider());
        builder.Services.AddSingleton(numbers ?? new RequestNumbers(() => 7));
        builder.Services.AddSingleton(keys ?? ApiKeySource.None);
        builder.Services.AddSingleton(patience ?? new ContactOptions());
        builder.Services.AddPrebleTelemetry();
        builder.Services.AddPrebleApi(TimeSpan.FromSeconds(25));
        var app = builder.Build();
        app.MapPrebleApi(gateway: true);
        await app.StartAsync();
        return new ApiHost(app);
    }

    public Task<HttpResponseMessage> PostAsync(string path, string json) => PostAsync(path, Encoding.UTF8.GetBytes(json));

    public Task<HttpResponseMessage> PostAsync(string path, byte[] body) =>
        Http.PostAsync(path, new ByteArrayContent(body) { Headers = { { "Content-Type", "application/json" } } });

    public Task<HttpResponseMessage> ChatAsync(string json) => PostAsync("/v1/chat/completions", json);

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
