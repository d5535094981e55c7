using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement.Policies;

/// <summary>
/// Where sessions were last placed, in a table of fixed size: a session that meets another's place takes it over, and what is not used is
/// overwritten in time. A hint is all that it is: what a session has cached, the prefix index knows.
/// </summary>
internal sealed class SessionHomes
{
    private (ulong Session, WorkerView? Worker)[] _places = [];

    public WorkerView? Find(ulong session) =>
        _places.Length > 0 && _places[Index(session)] is var (known, worker) && known == session && worker is { Gone: false } ? worker : null;

    public void Place(ulong session, WorkerView worker)
    {
        if (session != 0)
        {
            _places = _places.Length > 0 ? _places : new (ulong, WorkerView?)[Limits.SessionHomes];
            _places[Index(session)] = (session, worker);
        }
    }

    private static int Index(ulong session) => (int)(session * 0x9E3779B97F4A7C15UL >> 48) & (Limits.SessionHomes - 1);
}
