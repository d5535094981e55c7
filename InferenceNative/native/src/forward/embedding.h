#pragma once

#include "forward/step.h"

namespace preble {

/// Begins the residual stream: each row gets its token's embedding, scaled where the family scales it.
void embed_tokens(const Step& step);

}
