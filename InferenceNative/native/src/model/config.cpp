#include "model/config.h"

#include <algorithm>
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

float checked_scale(const char* name, float value)
{
    if (!std::isfinite(value) || value < 0) {
        fail(PI_INVALID_ARGUMENT, "%s is %g, but must be a number not below zero", name, static_cast<double>(value));
    }
    return value;
}

bool checked_flag(const char* name, int32_t value)
{
    if (value != 0 && value != 1) {
        fail(PI_INVALID_ARGUMENT, "%s is %d, but must be 0 or 1", name, value);
    }
    return value == 1;
}

void check_window(const pi_model_config& config, Config& result)
{
    if (config.window < 0 || config.window_period < 0) {
        fail(PI_INVALID_ARGUMENT, "window %d and window_period %d must not be below zero", config.window, config.window_period);
    }
    // A window that is never left bounds nothing, but its layers stay what they are: they may rotate in their own way.
    result.local_layers = config.window > 0;
    result.window = config.window < config.context ? config.window : 0;
    result.window_period = config.window_period;
}

void check_experts(const pi_model_config& config, Config& result)
{
    if (config.experts == 0) {
        return;
    }
    result.experts = checked("experts", config.experts, most_experts);
    result.experts_used = checked("experts_used", config.experts_used, std::min(result.experts, most_experts_used));
    result.experts_normed = checked_flag("experts_normed", config.experts_normed);
}

/// What a family's own arithmetic needs.
void check_family(const pi_model_config& config, Config& result)
{
    result.activation = checked_flag("activation", config.activation) ? PI_ACTIVATION_GELU : PI_ACTIVATION_SILU;
    result.norm_plus_one = checked_flag("norm_plus_one", config.norm_plus_one);
    const float scale = checked_scale("attention_scale", config.attention_scale);
    result.attention_scale = scale > 0 ? scale : 1.0f / std::sqrt(static_cast<float>(result.head_size));
    result.attention_softcap = checked_scale("attention_softcap", config.attention_softcap);
    result.logit_softcap = checked_scale("logit_softcap", config.logit_softcap);
    const float embedding = checked_scale("embedding_scale", config.embedding_scale);
    result.embedding_scale = embedding > 0 ? embedding : 1.0f;
    check_window(config, result);
    check_experts(config, result);
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
    if (config->weights < PI_WEIGHTS_NATIVE || config->weights > PI_WEIGHTS_BF16) {
        fail(PI_INVALID_ARGUMENT, "weights is %d, but must be from 0 to %d", config->weights, PI_WEIGHTS_BF16);
    }
    if (!std::isfinite(config->norm_epsilon) || config->norm_epsilon < 0) {
        fail(PI_INVALID_ARGUMENT, "norm_epsilon is %g, but must be a number not below zero", static_cast<double>(config->norm_epsilon));
    }
    check_family(*config, result);
    result.rope_order = static_cast<pi_rope_order>(config->rope_order);
    result.weights = static_cast<pi_weights>(config->weights);
    result.norm_epsilon = config->norm_epsilon;
    return result;
}

}
