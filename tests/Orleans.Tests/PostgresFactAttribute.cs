using Preble.Testing;

namespace Preble.OnSilo;

/// <summary>A test that needs a PostgreSQL; where there is none it is skipped and says so.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.Missing;
}
