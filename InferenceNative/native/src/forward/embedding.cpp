#include "forward/embedding.h"

#include "model/pack.h"

namespace preble {

void embed_tokens(const Step& step)
{
    for_each_row(step.pool, step.row_count(), [&](int row) {
        const int32_t token = step.batch.rows()[static_cast<size_t>(row)].token;
        unpack_row(step.model.weights.embedding, token, step.memory.residual.row(row));
    });
}

}
