#include "model/dequantize.h"

#include <cstring>

#include "error.h"
#include "model/block_formats.h"

namespace preble {
namespace {

using DequantizeBlocks = void (*)(const uint8_t* row, int64_t blocks, float* out);

struct Layout {
    pi_type type;
    int weights;  // of a block
    int bytes;    // of a block
    DequantizeBlocks dequantize;
};

template <int weights, int bytes, void (*dequantize)(const uint8_t* block, float* out)>
void dequantize_blocks(const uint8_t* row, int64_t blocks, float* out)
{
    for (int64_t i = 0; i < blocks; ++i) {
        dequantize(row + i * bytes, out + i * weights);
    }
}

template <pi_type type, int weights, int bytes, void (*dequantize)(const uint8_t* block, float* out)>
constexpr Layout layout_of = {type, weights, bytes, dequantize_blocks<weights, bytes, dequantize>};

void dequantize_f32(const uint8_t* at, float* out) { std::memcpy(out, at, sizeof *out); }
void dequantize_f16(const uint8_t* at, float* out) { *out = read_half(at); }
void dequantize_bf16(const uint8_t* at, float* out) { *out = bfloat_to_float(read_u16(at)); }

constexpr Layout layouts[] = {
    layout_of<PI_TYPE_F32, 1, 4, dequantize_f32>,
    layout_of<PI_TYPE_F16, 1, 2, dequantize_f16>,
    layout_of<PI_TYPE_BF16, 1, 2, dequantize_bf16>,
    layout_of<PI_TYPE_Q4_0, 32, 18, dequantize_q4_0>,
    layout_of<PI_TYPE_Q4_1, 32, 20, dequantize_q4_1>,
    layout_of<PI_TYPE_Q5_0, 32, 22, dequantize_q5_0>,
    layout_of<PI_TYPE_Q5_1, 32, 24, dequantize_q5_1>,
    layout_of<PI_TYPE_Q8_0, 32, 34, dequantize_q8_0>,
    layout_of<PI_TYPE_Q2_K, 256, 84, dequantize_q2_k>,
    layout_of<PI_TYPE_Q3_K, 256, 110, dequantize_q3_k>,
    layout_of<PI_TYPE_Q4_K, 256, 144, dequantize_q4_k>,
    layout_of<PI_TYPE_Q5_K, 256, 176, dequantize_q5_k>,
    layout_of<PI_TYPE_Q6_K, 256, 210, dequantize_q6_k>,
    layout_of<PI_TYPE_IQ4_NL, 32, 18, dequantize_iq4_nl>,
    layout_of<PI_TYPE_IQ4_XS, 256, 136, dequantize_iq4_xs>,
};

const Layout* find_layout(int32_t type)
{
    for (const Layout& layout : layouts) {
        if (layout.type == type) {
            return &layout;
        }
    }
    return nullptr;
}

const Layout& layout_for(pi_type type)
{
    const Layout* const layout = find_layout(type);
    if (layout == nullptr) {
        fail(PI_INTERNAL, "type %d has no known layout", static_cast<int>(type));
    }
    return *layout;
}

}

bool is_known(int32_t type) { return find_layout(type) != nullptr; }

int block_size(pi_type type) { return layout_for(type).weights; }

int64_t row_bytes(pi_type type, int64_t columns)
{
    const Layout& layout = layout_for(type);
    return columns / layout.weights * layout.bytes;
}

void dequantize_row(pi_type type, const uint8_t* row, int64_t columns, float* out)
{
    const Layout& layout = layout_for(type);
    layout.dequantize(row, columns / layout.weights, out);
}

}
