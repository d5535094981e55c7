#pragma once

#include <span>

#include "forward/step.h"

namespace preble {

/// The final norm of the given rows into `normed`, compactly, and their logits. Both buffers have a row for each of them.
/// Without a buffer for logits only the norm is computed.
void logits_of_rows(const Step& step, std::span<const int32_t> rows, const Rows& normed, const Rows& logits);

}
