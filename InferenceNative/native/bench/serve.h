#pragma once

#include "bench_session.h"

namespace preble::bench {

/// Reads the name of a case a line and answers each with one round of it, as a line of JSON, so that somebody else can measure in turn
/// with it. A case stays prepared once it was asked for. Ends with the input.
void serve(const BenchSession& session);

}
