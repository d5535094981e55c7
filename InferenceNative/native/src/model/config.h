#pragma once

#include "preble_inference.h"

namespace preble {

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

    int query_width() const { return heads * head_size; }
    int kv_width() const { return kv_heads * head_size; }
};

/// Checks every field; throws when one is out of range. The limits are generous, and small enough that no product of two overflows.
Config check_config(const pi_model_config* config);

}
