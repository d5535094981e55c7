#pragma once

#include "preble_inference.h"

namespace preble {

/// Bounds on a mixture: above those of known models, small enough for a row's choice to stay on the stack.
constexpr int most_experts = 512;
constexpr int most_experts_used = 64;

/// A model's checked dimensions.
struct Config {
    int layers = 0;
    int hidden = 0;
    int ffn = 0;
    int heads = 0;
    int kv_heads = 0;
    int head_size = 0;
    int vocabulary = 0;
    int context = 0;
    pi_rope_order rope_order = PI_ROPE_INTERLEAVED;
    pi_weights weights = PI_WEIGHTS_NATIVE;
    float norm_epsilon = 0;
    pi_activation activation = PI_ACTIVATION_SILU;
    int window = 0;         // 0: a token sees all before it
    int window_period = 0;
    bool local_layers = false;  // whether layers have a window, be it one that is never left and so is 0 above
    int experts = 0;        // 0: dense
    int experts_used = 0;
    bool experts_normed = false;
    float attention_scale = 0;  // never 0 once checked
    float attention_softcap = 0;
    float logit_softcap = 0;
    float embedding_scale = 1;
    bool norm_plus_one = false;
    int rotary_sets = 1;        // 2: local layers rotate by frequencies of their own

    int query_width() const { return heads * head_size; }
    int kv_width() const { return kv_heads * head_size; }

    /// Whether the layer is of the kind that has a window.
    bool is_local(int layer) const { return local_layers && (window_period == 0 || (layer + 1) % window_period != 0); }

    /// Positions that a token sees in this layer, its own included; 0: all before it.
    int window_of(int layer) const { return is_local(layer) ? window : 0; }

    /// Rows that one token has in the feed-forward layer: one for each of its experts.
    int expert_rows() const { return experts == 0 ? 1 : experts_used; }
};

/// Checks every field; throws when one is out of range. The limits are generous, and small enough that no product of two overflows.
Config check_config(const pi_model_config* config);

}
