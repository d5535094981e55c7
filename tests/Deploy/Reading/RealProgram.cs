using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Preble.Actors;
using Preble.Api;
using Preble.Api.Endpoints;
using Preble.Commands;
using Preble.Hosting;

namespace Preble.Deploy.Reading;

/// <summary>The real program, asked what it would make of a command line, and which routes it has.</summary>
internal static class RealProgram
{
    private const string SomeCluster = "redis:somewhere:6379";

    /// <summary>Fails when the program would refuse the arguments. Where a cluster comes from a variable, <paramref name="clustered"/>.</summary>
    public static void Accepts(IReadOnlyList<string> arguments, bool clustered)
    {
        var root = new RootCommand { ServeCommand.Create(), ChatCommand.Create(), HealthCommand.Create() };
        Assert.Empty(root.Parse(arguments).Errors.Select(error => $"{string.Join(' ', arguments)}: {error.Message}"));
        if (arguments[0] != "serve")
        {
            return;
        }

        // The values, too: as the verb reads them, on a machine whose own name need not be known.
        var options = new ServerOptions();
        var serve = new Command("serve") { TreatUnmatchedTokensAsErrors = false };
        options.AddTo(serve);
        var values = arguments.Skip(1).Select(argument => argument switch
        {
            "auto" or "$(POD_IP)" => "10.0.0.1",
            "$(POD_NAME)" => "preble-worker-0",
            _ => argument,
        });
        options.Read(serve.Parse([.. values, .. clustered ? new[] { "--cluster", SomeCluster } : []]));
    }

    /// <summary>The routes of a process, with a front-end or without, by which nobody is asked for a key.</summary>
    public static IReadOnlyList<string> OpenRoutes(bool gateway)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton<IGrains>(new NoGrains());
        builder.Services.AddSingleton(new ApiModels([]));
        builder.Services.AddSingleton(new OwnWorkers([]));
        builder.Services.AddPrebleTelemetry();
        builder.Services.AddPrebleApi(TimeSpan.Zero);
        var app = builder.Build();
        app.MapPrebleApi(gateway);
        return [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<OpenRoute>() is not null).Select(route => route.RoutePattern.RawText!)];
    }

    private sealed class NoGrains : IGrains
    {
        public TGrain Get<TGrain>(string key)
            where TGrain : IGrainWithStringKey => throw new NotSupportedException();
    }
}
