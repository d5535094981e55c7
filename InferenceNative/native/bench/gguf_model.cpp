#include "gguf_model.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <string>

#include "byte_reader.h"

namespace preble::bench {
namespace {

constexpr int64_t largest_size = 1 << 24;
constexpr double default_theta = 10'000;
constexpr std::string_view divisors_name = "rope_freqs.weight";

// Metadata of variants that would change the arithmetic.
constexpr const char* refused_when_set[] = {
    "llama.expert_count",   "llama.attention.sliding_window", "llama.attention.clamp_kqv", "llama.attention.max_alibi_bias",
    "llama.residual_scale", "llama.embedding_scale",          "llama.logit_scale",         "llama.attention.scale"};

struct NamedRole {
    std::string_view name;
    pi_role role;
};

constexpr NamedRole once[] = {{"token_embd.weight", PI_ROLE_TOKEN_EMBEDDING},
                              {"output_norm.weight", PI_ROLE_OUTPUT_NORM},
                              {"output.weight", PI_ROLE_OUTPUT_HEAD}};
constexpr NamedRole of_a_layer[] = {
    {"attn_norm.weight", PI_ROLE_ATTENTION_NORM}, {"attn_q.weight", PI_ROLE_QUERY},
    {"attn_k.weight", PI_ROLE_KEY},               {"attn_v.weight", PI_ROLE_VALUE},
    {"attn_output.weight", PI_ROLE_ATTENTION_OUTPUT}, {"ffn_norm.weight", PI_ROLE_FFN_NORM},
    {"ffn_gate.weight", PI_ROLE_FFN_GATE},        {"ffn_up.weight", PI_ROLE_FFN_UP},
    {"ffn_down.weight", PI_ROLE_FFN_DOWN}};

int32_t checked(const char* key, std::optional<int64_t> value)
{
    if (!value) {
        fail(PI_INVALID_MODEL, "the metadata value %s is missing", key);
    }
    if (*value < 1 || *value > largest_size) {
        fail(PI_INVALID_MODEL, "%s is %lld, not between 1 and %lld", key, static_cast<long long>(*value),
             static_cast<long long>(largest_size));
    }
    return static_cast<int32_t>(*value);
}

int32_t size_of(const GgufFile& file, const char* key) { return checked(key, file.find_integer(key)); }

int32_t size_or(const GgufFile& file, const char* key, int32_t otherwise)
{
    const std::optional<int64_t> value = file.find_integer(key);
    return value ? checked(key, value) : otherwise;
}

void require_whole_head(const GgufFile& file, const char* key, int32_t head_size)
{
    if (size_or(file, key, head_size) != head_size) {
        fail(PI_UNSUPPORTED, "%s differs from the head size of %d, which is not supported", key, head_size);
    }
}

double positive(const char* key, double value)
{
    if (!std::isfinite(value) || value <= 0) {
        fail(PI_INVALID_MODEL, "%s is %g, not a positive number", key, value);
    }
    return value;
}

void refuse_variants(const GgufFile& file)
{
    const std::optional<std::string_view> architecture = file.find_text("general.architecture");
    if (architecture != "llama") {
        fail(PI_UNSUPPORTED, "general.architecture is %s; this program reads llama only",
             architecture ? shown(*architecture).c_str() : "missing");
    }
    if (file.find_integer("split.count").value_or(1) > 1) {
        fail(PI_UNSUPPORTED, "split.count is over 1: a model cut into several files is not supported");
    }
    for (const char* const key : refused_when_set) {
        if (file.find_number(key).value_or(0) != 0) {
            fail(PI_UNSUPPORTED, "%s is set, and such a variant of Llama is not supported", key);
        }
    }
}

pi_model_config read_config(const GgufFile& file)
{
    pi_model_config config = {};
    config.struct_size = sizeof config;
    config.layers = size_of(file, "llama.block_count");
    config.hidden = size_of(file, "llama.embedding_length");
    config.ffn = size_of(file, "llama.feed_forward_length");
    config.heads = size_of(file, "llama.attention.head_count");
    config.kv_heads = size_or(file, "llama.attention.head_count_kv", config.heads);
    config.head_size = size_or(file, "llama.attention.key_length", config.hidden / config.heads);
    config.context = size_of(file, "llama.context_length");
    const std::optional<int64_t> words = file.find_integer("llama.vocab_size");
    config.vocabulary = words ? checked("llama.vocab_size", words)
                              : checked("tokenizer.ggml.tokens", file.find_items("tokenizer.ggml.tokens"));
    config.rope_order = PI_ROPE_INTERLEAVED;
    const char* const epsilon = "llama.attention.layer_norm_rms_epsilon";
    config.norm_epsilon = static_cast<float>(positive(epsilon, file.find_number(epsilon).value_or(0)));
    if (config.head_size < 2 || config.head_size % 2 != 0) {
        fail(PI_INVALID_MODEL, "llama.attention.key_length is or follows as %d, which is not even", config.head_size);
    }
    require_whole_head(file, "llama.rope.dimension_count", config.head_size);
    require_whole_head(file, "llama.attention.value_length", config.head_size);
    return config;
}

double linear_factor(const GgufFile& file)
{
    const std::string_view type = file.find_text("llama.rope.scaling.type").value_or("none");
    if (type == "none") {
        return 1;
    }
    if (type != "linear") {
        fail(PI_UNSUPPORTED, "llama.rope.scaling.type is %s, which is not supported", shown(type).c_str());
    }
    return positive("llama.rope.scaling.factor", file.find_number("llama.rope.scaling.factor").value_or(1));
}

/// theta^(-2i / head size), stretched; Llama 3's scaling is stored as a divisor for each frequency.
std::vector<float> read_frequencies(const GgufFile& file, int32_t head_size)
{
    const double theta = positive("llama.rope.freq_base", file.find_number("llama.rope.freq_base").value_or(default_theta));
    const double factor = linear_factor(file);
    const GgufTensor* const divisors = file.find_tensor(divisors_name);
    const int count = head_size / 2;
    if (divisors != nullptr && (divisors->type != PI_TYPE_F32 || divisors->rows != 1 || divisors->columns != count)) {
        fail(PI_INVALID_MODEL, "the tensor rope_freqs.weight is not %d numbers of type F32", count);
    }
    std::vector<float> frequencies;
    for (int i = 0; i < count; ++i) {
        frequencies.push_back(static_cast<float>(std::pow(theta, -2.0 * i / head_size) / factor));
        if (divisors != nullptr) {
            float divisor;
            std::memcpy(&divisor, file.bytes_of(*divisors).data() + static_cast<size_t>(i) * sizeof divisor, sizeof divisor);
            frequencies.back() /= static_cast<float>(positive("a number of rope_freqs.weight", static_cast<double>(divisor)));
        }
    }
    return frequencies;
}

pi_tensor place(const GgufTensor& tensor, int32_t layers)
{
    pi_tensor placed = {0,           0, static_cast<int32_t>(tensor.type), 0, 0, 0, tensor.rows, tensor.columns, tensor.offset,
                        tensor.bytes};
    for (const NamedRole& named : once) {
        if (tensor.name == named.name) {
            placed.role = named.role;
            return placed;
        }
    }
    constexpr std::string_view prefix = "blk.";
    const std::string_view number = tensor.name.substr(0, prefix.size()) == prefix ? tensor.name.substr(prefix.size()) : "";
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), placed.layer);
    const size_t digits = static_cast<size_t>(end - number.data());
    if (error == std::errc() && placed.layer >= 0 && placed.layer < layers && digits < number.size() && number[digits] == '.') {
        for (const NamedRole& named : of_a_layer) {
            if (number.substr(digits + 1) == named.name) {
                placed.role = named.role;
                return placed;
            }
        }
    }
    fail(PI_UNSUPPORTED, "the tensor %s has no place in a Llama of %d layers", shown(tensor.name).c_str(), layers);
}

}

GgufModel read_gguf_model(const GgufFile& file)
{
    refuse_variants(file);
    GgufModel model;
    model.config = read_config(file);
    model.frequencies = read_frequencies(file, model.config.head_size);
    for (const GgufTensor& tensor : file.tensors()) {
        if (tensor.name != divisors_name) {
            model.tensors.push_back(place(tensor, model.config.layers));
        }
    }
    return model;
}

}
