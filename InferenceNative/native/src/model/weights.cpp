#include "model/weights.h"

#include <algorithm>

#include "model/dequantize.h"
#include "model/held_type.h"
#include "model/pack.h"
#include "model/pack_converted.h"
#include "runtime/runtime.h"

namespace preble {
namespace {

/// First lays out every tensor, then takes the memory in one piece, then fills it.
class Loader {
public:
    Loader(const Config& config, std::span<const MappedFile> files, const TensorTable& table, const Kernels& kernels)
        : config_(config), files_(files), table_(table), kernels_(kernels)
    {
    }

    Weights load()
    {
        Weights weights;
        weights.layers.resize(static_cast<size_t>(config_.layers));
        plan(weights);
        weights.memory = MemoryRegion(static_cast<size_t>(bytes_), true);
        fill(weights.memory);
        if (table_.find(PI_ROLE_OUTPUT_HEAD, 0) == nullptr) {
            weights.head = weights.embedding;
        }
        for (const pi_tensor& tensor : table_.tensors()) {
            weights.parameter_count += tensor.rows * tensor.columns;
        }
        return weights;
    }

private:
    struct PlannedMatrix {
        Matrix* matrix;
        const pi_tensor* tensor;
        pi_type held;
        int64_t offset;
    };
    struct PlannedVector {
        const float** vector;
        const pi_tensor* tensor;
        int64_t offset;
    };

    void plan(Weights& weights)
    {
        plan_matrix_of(weights.embedding, PI_ROLE_TOKEN_EMBEDDING, 0);
        for (int layer = 0; layer < config_.layers; ++layer) {
            LayerWeights& to = weights.layers[static_cast<size_t>(layer)];
            plan_vectors(to, layer);
            plan_matrix_of(to.query, PI_ROLE_QUERY, layer);
            plan_matrix_of(to.key, PI_ROLE_KEY, layer);
            plan_matrix_of(to.value, PI_ROLE_VALUE, layer);
            plan_matrix_of(to.attention_output, PI_ROLE_ATTENTION_OUTPUT, layer);
            plan_feed_forward(to, layer);
        }
        plan_vector_of(weights.output_norm, PI_ROLE_OUTPUT_NORM, 0);
        if (table_.find(PI_ROLE_OUTPUT_HEAD, 0) != nullptr) {
            plan_matrix_of(weights.head, PI_ROLE_OUTPUT_HEAD, 0);
        }
    }

    void plan_vectors(LayerWeights& to, int layer)
    {
        plan_vector_of(to.attention_norm, PI_ROLE_ATTENTION_NORM, layer);
        plan_vector_of(to.ffn_norm, PI_ROLE_FFN_NORM, layer);
        plan_vector_of(to.post_attention_norm, PI_ROLE_POST_ATTENTION_NORM, layer);
        plan_vector_of(to.post_ffn_norm, PI_ROLE_POST_FFN_NORM, layer);
        plan_vector_of(to.query_bias, PI_ROLE_QUERY_BIAS, layer);
        plan_vector_of(to.key_bias, PI_ROLE_KEY_BIAS, layer);
        plan_vector_of(to.value_bias, PI_ROLE_VALUE_BIAS, layer);
        plan_vector_of(to.query_norm, PI_ROLE_QUERY_NORM, layer);
        plan_vector_of(to.key_norm, PI_ROLE_KEY_NORM, layer);
    }

    void plan_feed_forward(LayerWeights& to, int layer)
    {
        if (config_.experts == 0) {
            plan_matrix_of(to.dense.gate, PI_ROLE_FFN_GATE, layer);
            plan_matrix_of(to.dense.up, PI_ROLE_FFN_UP, layer);
            plan_matrix_of(to.dense.down, PI_ROLE_FFN_DOWN, layer);
            return;
        }
        plan_matrix_of(to.router, PI_ROLE_ROUTER, layer);
        to.experts.resize(static_cast<size_t>(config_.experts));
        for (int expert = 0; expert < config_.experts; ++expert) {
            FeedForward& one = to.experts[static_cast<size_t>(expert)];
            plan_matrix_of(one.gate, PI_ROLE_EXPERT_GATE, layer, expert);
            plan_matrix_of(one.up, PI_ROLE_EXPERT_UP, layer, expert);
            plan_matrix_of(one.down, PI_ROLE_EXPERT_DOWN, layer, expert);
        }
    }

    void plan_matrix_of(Matrix& matrix, pi_role role, int layer, int expert = 0)
    {
        const pi_tensor& tensor = *table_.find(role, layer, expert);
        const pi_type held = held_type(static_cast<pi_type>(tensor.type), config_.weights, role, tensor.columns);
        const Form form = packed_form(held, config_.weights);
        matrix = plan_matrix(form, static_cast<int>(tensor.rows), static_cast<int>(tensor.columns), kernels_);
        matrices_.push_back({&matrix, &tensor, held, bytes_});
        bytes_ += matrix_bytes(matrix);
    }

    void plan_vector_of(const float*& vector, pi_role role, int layer)
    {
        const pi_tensor* const tensor = table_.find(role, layer);
        if (tensor == nullptr) {
            return;
        }
        vectors_.push_back({&vector, tensor, bytes_});
        bytes_ += (tensor->columns + row_padding - 1) / row_padding * row_padding * static_cast<int64_t>(sizeof(float));
    }

    static bool is_norm(const pi_tensor& tensor) { return tensor.role < PI_ROLE_QUERY_BIAS || tensor.role > PI_ROLE_VALUE_BIAS; }

    void fill(const MemoryRegion& memory)
    {
        for (const PlannedVector& planned : vectors_) {
            float* const to = memory.as<float>(static_cast<size_t>(planned.offset));
            dequantize_row(static_cast<pi_type>(planned.tensor->type), source(*planned.tensor), planned.tensor->columns, to);
            if (config_.norm_plus_one && is_norm(*planned.tensor)) {
                std::for_each(to, to + planned.tensor->columns, [](float& weight) { weight += 1.0f; });
            }
            *planned.vector = to;
        }
        Runtime::Turn turn(Runtime::shared());
        std::vector<RowBuffers> buffers(static_cast<size_t>(turn.pool().threads()));
        for (const PlannedMatrix& planned : matrices_) {
            Matrix& matrix = *planned.matrix;
            uint8_t* const to = memory.as<uint8_t>(static_cast<size_t>(planned.offset));
            turn.pool().run(matrix.groups, [&](int group, int thread) {
                pack_converted(matrix, static_cast<pi_type>(planned.tensor->type), planned.held, source(*planned.tensor), group,
                               to + group * matrix.group_bytes, buffers[static_cast<size_t>(thread)]);
            });
            matrix.data = to;
            files_[static_cast<size_t>(planned.tensor->file_index)].forget(planned.tensor->offset, planned.tensor->size_bytes);
        }
    }

    const uint8_t* source(const pi_tensor& tensor) const
    {
        return files_[static_cast<size_t>(tensor.file_index)].data() + tensor.offset;
    }

    const Config& config_;
    std::span<const MappedFile> files_;
    const TensorTable& table_;
    const Kernels& kernels_;
    std::vector<PlannedMatrix> matrices_;
    std::vector<PlannedVector> vectors_;
    int64_t bytes_ = 0;
};

}

Weights load_weights(const Config& config, std::span<const MappedFile> files, const TensorTable& table, const Kernels& kernels)
{
    return Loader(config, files, table, kernels).load();
}

}
