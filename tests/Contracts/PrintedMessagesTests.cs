namespace Preble.Contracts;

/// <summary>A host prints the arguments of a call that goes wrong; what clients wrote must not be in them.</summary>
public sealed class PrintedMessagesTests
{
    private const string Canary = "canary-of-a-client";

    [Fact]
    public void A_command_prints_its_request_and_nothing_that_a_client_chose()
    {
        var command = new GenerateCommand(new RequestId("r1"), [65_537], 3, [], new SamplingOptions(), CacheSalt: Canary, Tenant: Canary);
        Assert.Equal("GenerateCommand { Request = r1, 1 tokens }", command.ToString());
    }

    [Fact]
    public void A_query_prints_its_request_and_nothing_that_a_client_chose()
    {
        var query = new PlacementQuery(new RequestId("r1"), [], 7, 3, []) { Tenant = Canary, SessionHash = 65_537 };
        Assert.Equal("PlacementQuery { Request = r1, PromptTokens = 7 }", query.ToString());
    }
}
