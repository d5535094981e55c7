#include "forward/embedding.h"

#include <algorithm>

#include "model/pack.h"

namespace preble {

void embed_tokens(const Step& step)
{
    for_each_row(step.pool, step.row_count(), [&](int row) {
        const int32_t token = step.batch.rows()[static_cast<size_t>(row)].token;
        float* const to = step.memory.residual.row(row);
        unpack_row(step.model.weights.embedding, token, to);
        if (const float scale = step.config().embedding_scale; scale != 1.0f) {
            std::for_each(to, to + step.config().hidden, [scale](float& value) { value *= scale; });
        }
    });
}

}
