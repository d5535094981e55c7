#pragma once

#include <cmath>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include <unistd.h>

#include "preble_inference.h"
#include "quantized_file.h"

namespace preble::testing {

inline void succeed(int32_t status)
{
    if (status != PI_OK) {
        throw std::runtime_error("status " + std::to_string(status) + ": " + pi_last_error());
    }
}

/// A random model of any shape in a temporary file, with its tensor table: what a checkpoint's reader would hand over.
class SyntheticModel {
public:
    /// What some families have and a Llama has not; the fields of pi_model_config, and which optional tensors there are.
    struct Traits {
        bool biases = false;
        bool head_norms = false;
        bool post_norms = false;
        bool norm_plus_one = false;
        bool own_rotation_in_windows = false;
        pi_activation activation = PI_ACTIVATION_SILU;
        int window = 0;
        int window_period = 0;
        int experts = 0;
        int experts_used = 0;
        bool experts_normed = false;
        float attention_scale = 0;
        float attention_softcap = 0;
        float logit_softcap = 0;
        float embedding_scale = 0;
    };

    struct Shape {
        int layers = 2;
        int hidden = 96;
        int ffn = 160;
        int heads = 6;
        int kv_heads = 2;
        int head_size = 32;
        int vocabulary = 300;
        int context = 512;
        bool tied = true;
        pi_type matrices = PI_TYPE_Q4_1;
        pi_type embedding = PI_TYPE_Q8_0;
        pi_rope_order rope = PI_ROPE_INTERLEAVED;
        Traits traits = {};
    };

    explicit SyntheticModel(const Shape& wanted, uint64_t seed = 1) : shape(wanted), random_(seed)
    {
        char name[] = "/tmp/preble-model-XXXXXX";
        const int descriptor = mkstemp(name);
        if (descriptor < 0) {
            throw std::runtime_error("no temporary file");
        }
        close(descriptor);
        path = name;
        write();
        add_frequencies(10000.0f);
        if (shape.traits.own_rotation_in_windows) {
            add_frequencies(100.0f);
        }
    }
    ~SyntheticModel() { unlink(path.c_str()); }
    SyntheticModel(const SyntheticModel&) = delete;
    SyntheticModel& operator=(const SyntheticModel&) = delete;

    pi_model_config config(pi_weights weights) const
    {
        pi_model_config config = {};
        config.struct_size = sizeof config;
        config.layers = shape.layers;
        config.hidden = shape.hidden;
        config.ffn = shape.ffn;
        config.heads = shape.heads;
        config.kv_heads = shape.kv_heads;
        config.head_size = shape.head_size;
        config.vocabulary = shape.vocabulary;
        config.context = shape.context;
        config.rope_order = shape.rope;
        config.weights = weights;
        config.norm_epsilon = 1e-5f;
        const Traits& traits = shape.traits;
        config.activation = traits.activation;
        config.window = traits.window;
        config.window_period = traits.window_period;
        config.experts = traits.experts;
        config.experts_used = traits.experts_used;
        config.experts_normed = traits.experts_normed;
        config.attention_scale = traits.attention_scale;
        config.attention_softcap = traits.attention_softcap;
        config.logit_softcap = traits.logit_softcap;
        config.embedding_scale = traits.embedding_scale;
        config.norm_plus_one = traits.norm_plus_one;
        return config;
    }

    int32_t create(const pi_model_config& config, const std::vector<pi_tensor>& table, pi_model** model) const
    {
        const char* const paths[] = {path.c_str()};
        return pi_model_create(&config, paths, 1, table.data(), static_cast<int32_t>(table.size()), frequencies.data(),
                               static_cast<int32_t>(frequencies.size()), model);
    }

    Shape shape;
    std::string path;
    std::vector<pi_tensor> tensors;
    std::vector<float> frequencies;

private:
    void add_frequencies(float base)
    {
        for (int i = 0; i < shape.head_size / 2; ++i) {
            frequencies.push_back(std::pow(base, -2.0f * static_cast<float>(i) / static_cast<float>(shape.head_size)));
        }
    }

    void add(pi_role role, int layer, pi_type type, int64_t rows, int64_t columns, float size, float middle = 0, int expert = 0)
    {
        const std::vector<uint8_t> bytes = random_tensor(random_, type, rows * columns, size, middle);
        tensors.push_back(
            {role, layer, type, 0, expert, 0, rows, columns, static_cast<int64_t>(file_.size()), static_cast<int64_t>(bytes.size())});
        file_.insert(file_.end(), bytes.begin(), bytes.end());
    }

    void add_norm(pi_role role, int layer, int width)
    {
        add(role, layer, PI_TYPE_F32, 1, width, 0.1f, shape.traits.norm_plus_one ? 0.0f : 1.0f);
    }

    void add_optional(int layer)
    {
        if (shape.traits.biases) {
            add(PI_ROLE_QUERY_BIAS, layer, PI_TYPE_F32, 1, shape.heads * shape.head_size, 0.5f);
            add(PI_ROLE_KEY_BIAS, layer, PI_TYPE_BF16, 1, shape.kv_heads * shape.head_size, 0.5f);
            add(PI_ROLE_VALUE_BIAS, layer, PI_TYPE_F32, 1, shape.kv_heads * shape.head_size, 0.5f);
        }
        if (shape.traits.head_norms) {
            add_norm(PI_ROLE_QUERY_NORM, layer, shape.head_size);
            add_norm(PI_ROLE_KEY_NORM, layer, shape.head_size);
        }
        if (shape.traits.post_norms) {
            add_norm(PI_ROLE_POST_ATTENTION_NORM, layer, shape.hidden);
            add_norm(PI_ROLE_POST_FFN_NORM, layer, shape.hidden);
        }
    }

    void add_feed_forward(int layer, float in)
    {
        if (shape.traits.experts == 0) {
            add(PI_ROLE_FFN_GATE, layer, shape.matrices, shape.ffn, shape.hidden, in);
            add(PI_ROLE_FFN_UP, layer, shape.matrices, shape.ffn, shape.hidden, in);
            add(PI_ROLE_FFN_DOWN, layer, shape.matrices, shape.hidden, shape.ffn, in);
            return;
        }
        add(PI_ROLE_ROUTER, layer, shape.matrices, shape.traits.experts, shape.hidden, in);
        for (int expert = 0; expert < shape.traits.experts; ++expert) {
            add(PI_ROLE_EXPERT_GATE, layer, shape.matrices, shape.ffn, shape.hidden, in, 0, expert);
            add(PI_ROLE_EXPERT_UP, layer, shape.matrices, shape.ffn, shape.hidden, in, 0, expert);
            add(PI_ROLE_EXPERT_DOWN, layer, shape.matrices, shape.hidden, shape.ffn, in, 0, expert);
        }
    }

    void write()
    {
        const int query = shape.heads * shape.head_size;
        const int kv = shape.kv_heads * shape.head_size;
        const float in = 1.5f / std::sqrt(static_cast<float>(shape.hidden));
        add(PI_ROLE_TOKEN_EMBEDDING, 0, shape.embedding, shape.vocabulary, shape.hidden, 1.0f);
        for (int layer = 0; layer < shape.layers; ++layer) {
            add_norm(PI_ROLE_ATTENTION_NORM, layer, shape.hidden);
            add(PI_ROLE_QUERY, layer, shape.matrices, query, shape.hidden, in);
            add(PI_ROLE_KEY, layer, shape.matrices, kv, shape.hidden, in);
            add(PI_ROLE_VALUE, layer, shape.matrices, kv, shape.hidden, in);
            add(PI_ROLE_ATTENTION_OUTPUT, layer, shape.matrices, shape.hidden, query, in);
            add_norm(PI_ROLE_FFN_NORM, layer, shape.hidden);
            add_feed_forward(layer, in);
            add_optional(layer);
        }
        add_norm(PI_ROLE_OUTPUT_NORM, 0, shape.hidden);
        if (!shape.tied) {
            add(PI_ROLE_OUTPUT_HEAD, 0, shape.matrices, shape.vocabulary, shape.hidden, in);
        }
        std::FILE* const out = std::fopen(path.c_str(), "wb");
        const bool written = out != nullptr && std::fwrite(file_.data(), 1, file_.size(), out) == file_.size();
        if (out == nullptr || std::fclose(out) != 0 || !written) {
            throw std::runtime_error("cannot write " + path);
        }
    }

    SeededRandom random_;
    std::vector<uint8_t> file_;
};

/// A loaded model that frees itself.
class LoadedModel {
public:
    LoadedModel(const SyntheticModel& source, pi_weights weights) : shape(source.shape)
    {
        succeed(source.create(source.config(weights), source.tensors, &handle));
    }
    /// Takes over a model that was made in another way.
    LoadedModel(const SyntheticModel& source, pi_model* model) : shape(source.shape), handle(model) {}
    ~LoadedModel() { pi_model_free(handle); }
    LoadedModel(const LoadedModel&) = delete;
    LoadedModel& operator=(const LoadedModel&) = delete;

    SyntheticModel::Shape shape;
    pi_model* handle = nullptr;
};

}
