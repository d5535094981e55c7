#include "model/config.h"

#include <cmath>

#include "error.h"

namespace preble {
namespace {

constexpr int largest_width = 1 << 18;

int checked(const char* name, int32_t value, int32_t largest)
{
    if (value < 1 || value > largest) {
        fail(PI_INVALID_ARGUMENT, "%s is %d, but must be from 1 to %d", name, value, largest);
    }
    return value;
}

}

Config check_config(const pi_model_config* config)
{
    if (config == nullptr || config->struct_size != static_cast<int32_t>(sizeof(pi_model_config))) {
        fail(PI_INVALID_ARGUMENT, "the model configuration is null or its struct_size is not %zu", sizeof(pi_model_config));
    }
    Config result;
    result.layers = checked("layers", config->layers, 1024);
    result.hidden = checked("hidden", config->hidden, largest_width);
    result.ffn = checked("ffn", config->ffn, largest_width);
    result.heads = checked("heads", config->heads, 1024);
    result.kv_heads = checked("kv_heads", config->kv_heads, 1024);
    result.head_size = checked("head_size", config->head_size, 1024);
    result.vocabulary = checked("vocabulary", config->vocabulary, 1 << 24);
    result.context = checked("context", config->context, 1 << 24);
    if (result.heads % result.kv_heads != 0) {
        fail(PI_INVALID_ARGUMENT, "%d heads cannot be shared evenly by %d kv_heads", result.heads, result.kv_heads);
    }
    if (result.head_size % 2 != 0 || result.query_width() > largest_width) {
        fail(PI_INVALID_ARGUMENT, "head_size %d must be even, and times heads %d at most %d", result.head_size, result.heads,
             largest_width);
    }
    if (config->rope_order != PI_ROPE_INTERLEAVED && config->rope_order != PI_ROPE_HALVES) {
        fail(PI_INVALID_ARGUMENT, "rope_order is %d, but must be 0 or 1", config->rope_order);
    }
    if (config->weights != PI_WEIGHTS_NATIVE && config->weights != PI_WEIGHTS_F32) {
        fail(PI_INVALID_ARGUMENT, "weights is %d, but must be 0 or 1", config->weights);
    }
    if (!std::isfinite(config->norm_epsilon) || config->norm_epsilon < 0) {
        fail(PI_INVALID_ARGUMENT, "norm_epsilon is %g, but must be a number not below zero", static_cast<double>(config->norm_epsilon));
    }
    // What the family's own arithmetic needs is refused until it is computed.
    if (config->window != 0 || config->window_period != 0 || config->experts != 0 || config->attention_softcap != 0 ||
        config->logit_softcap != 0 || config->embedding_scale != 0 || config->attention_scale != 0 || config->activation != 0) {
        fail(PI_UNSUPPORTED, "a window, experts, softcaps, scales and activations other than the default are not supported");
    }
    result.attention_scale = 1.0f / std::sqrt(static_cast<float>(result.head_size));
    result.rope_order = static_cast<pi_rope_order>(config->rope_order);
    result.weights = static_cast<pi_weights>(config->weights);
    result.norm_epsilon = config->norm_epsilon;
    return result;
}

}
