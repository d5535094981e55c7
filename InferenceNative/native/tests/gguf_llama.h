#pragma once

#include <fstream>
#include <iterator>

#include "gguf_writer.h"
#include "synthetic_model.h"

namespace preble::testing {

inline std::string gguf_name(int role, int layer)
{
    static const char* const once[] = {"token_embd", "output_norm", "output"};
    static const char* const of_a_layer[] = {"attn_norm", "attn_q",   "attn_k",   "attn_v", "attn_output",
                                             "ffn_norm",  "ffn_gate", "ffn_up",   "ffn_down"};
    const std::string stem = role <= PI_ROLE_OUTPUT_HEAD
                                 ? once[role - PI_ROLE_TOKEN_EMBEDDING]
                                 : "blk." + std::to_string(layer) + "." + of_a_layer[role - PI_ROLE_ATTENTION_NORM];
    return stem + ".weight";
}

inline void add_llama_metadata(GgufWriter& to, const SyntheticModel::Shape& shape)
{
    const auto size = [&](const char* key, int value) { to.add_integer(key, static_cast<uint32_t>(value)); };
    to.add_text("general.architecture", "llama");
    size("llama.block_count", shape.layers);
    size("llama.embedding_length", shape.hidden);
    size("llama.feed_forward_length", shape.ffn);
    size("llama.attention.head_count", shape.heads);
    size("llama.attention.head_count_kv", shape.kv_heads);
    size("llama.attention.key_length", shape.head_size);
    size("llama.context_length", shape.context);
    to.add_number("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    to.add_texts("tokenizer.ggml.tokens", std::vector<std::string>(static_cast<size_t>(shape.vocabulary), "t"));
}

/// The tensors of a random model, as a GGUF file has them.
inline void add_llama_tensors(GgufWriter& to, const SyntheticModel& model)
{
    std::ifstream file(model.path, std::ios::binary);
    const std::vector<uint8_t> all{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    for (const pi_tensor& tensor : model.tensors) {
        const auto begin = all.begin() + tensor.offset;
        std::vector<uint64_t> shape = {static_cast<uint64_t>(tensor.columns)};
        if (tensor.rows > 1) {
            shape.push_back(static_cast<uint64_t>(tensor.rows));
        }
        to.add_tensor(gguf_name(tensor.role, tensor.layer), shape, static_cast<uint32_t>(tensor.type), {begin, begin + tensor.size_bytes});
    }
}

inline std::vector<uint8_t> llama_gguf(const SyntheticModel& model)
{
    GgufWriter writer;
    add_llama_metadata(writer, model.shape);
    add_llama_tensors(writer, model);
    return writer.bytes();
}

/// Small enough that a fuzzer tries many of them in a second.
inline SyntheticModel::Shape tiny_shape()
{
    SyntheticModel::Shape shape;
    shape.layers = 1;
    shape.hidden = shape.ffn = 32;
    shape.heads = shape.kv_heads = 1;
    shape.vocabulary = 8;
    return shape;
}

}
