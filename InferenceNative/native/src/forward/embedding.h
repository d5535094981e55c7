#pragma once

#include "forward/step.h"

namespace preble {

/// Begins the residual stream: each row gets its token's embedding.
void embed_tokens(const Step& step);

}
