#include "forward/logits.h"

#include "forward/linear.h"
#include "forward/normalize.h"

namespace preble {

void logits_of_rows(const Step& step, std::span<const int32_t> rows, const Rows& normed, const Rows& logits)
{
    const Config& config = step.config();
    const Matrix& head = step.model.weights.head;
    const int count = static_cast<int>(rows.size());
    for_each_row(step.pool, count, [&](int index) {
        const float* const residual = step.memory.residual.row(rows[static_cast<size_t>(index)]);
        step.kernels().normalize(residual, step.model.weights.output_norm, config.norm_epsilon, config.hidden,
                                 static_cast<int>(step.memory.residual.stride), normed.row(index));
        if (is_integer(head)) {
            quantize_row(step, normed.row(index), config.hidden, index);
        }
    });
    if (logits.data == nullptr) {
        return;
    }
    const OperatorTimer timer(step.times, Operator::head);
    const Product product[] = {{head, logits, false}};
    multiply(step, product, activations(step, normed), count);
    if (config.logit_softcap > 0) {
        for_each_row(step.pool, count,
                     [&](int row) { step.kernels().softcap(logits.row(row), config.logit_softcap, static_cast<int>(logits.stride)); });
    }
}

}
