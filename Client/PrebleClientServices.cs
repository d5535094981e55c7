using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Preble.Client;

/// <summary>Registers the client.</summary>
public static class PrebleClientServices
{
    /// <summary>Adds one shared <see cref="PrebleChatClient"/>, also as <see cref="IChatClient"/>. Wrong options stop here and not at the first call.</summary>
    public static IServiceCollection AddPrebleChatClient(this IServiceCollection services, PrebleClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return services
            .AddSingleton(_ => new PrebleChatClient(options))
            .AddSingleton<IChatClient>(provider => provider.GetRequiredService<PrebleChatClient>());
    }
}
