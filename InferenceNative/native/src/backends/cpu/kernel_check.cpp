#include "backends/cpu/kernel_check.h"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "model/half.h"
#include "model/pack.h"

namespace preble {
namespace {

constexpr int rows = 9;
constexpr int columns = 256;
constexpr int outputs = 72;
constexpr int padded_outputs = 96;

/// A fixed sequence of numbers: the same problem on every machine.
class Numbers {
public:
    uint32_t bits() { return static_cast<uint32_t>((state_ = state_ * 6364136223846793005ull + 1442695040888963407ull) >> 33); }
    float next() { return static_cast<float>(bits() % 20001) / 10000.0f - 1.0f; }

private:
    uint64_t state_ = 42;
};

bool agree(const std::vector<float>& a, const std::vector<float>& b)
{
    float size = 0;
    for (const float value : b) {
        size = std::fmax(size, std::fabs(value));
    }
    for (size_t i = 0; i < a.size(); ++i) {
        // Written so that a value that is not a number disagrees.
        if (!(std::fabs(a[i] - b[i]) <= 2e-5f * size)) {
            return false;
        }
    }
    return size > 0;
}

std::vector<float> random_rows(int count, int stride, uint32_t skip)
{
    Numbers numbers;
    for (uint32_t i = 0; i < skip; ++i) {
        numbers.bits();
    }
    std::vector<float> values(static_cast<size_t>(count) * static_cast<size_t>(stride));
    for (float& value : values) {
        value = numbers.next() * 2.0f;
    }
    return values;
}

/// A file's type and where its blocks have halves, which must be modest: a scale and perhaps a minimum.
struct CheckedType {
    pi_type type;
    const char* name;
    int block_weights;
    int block_bytes;
    int scale_at;
    int minimum_at;
};

constexpr int none = -1;
constexpr CheckedType checked_types[] = {
    {PI_TYPE_F32, "f32 product", 1, 4, none, none},   {PI_TYPE_F16, "f16 product", 1, 2, none, none},
    {PI_TYPE_BF16, "bf16 product", 1, 2, none, none}, {PI_TYPE_Q4_1, "q4 product", 32, 20, 0, 2},
    {PI_TYPE_Q5_1, "q5 product", 32, 24, 0, 2},       {PI_TYPE_Q6_K, "q6 product", 256, 210, 208, none},
    {PI_TYPE_Q8_0, "q8 product", 32, 34, 0, none},
};
constexpr const CheckedType& timed_bfloat_type = checked_types[2];
constexpr const CheckedType& timed_integer_type = checked_types[3];

/// A matrix of a file's type with random numbers and modest scales.
std::vector<uint8_t> random_file(const CheckedType& type)
{
    Numbers numbers;
    const size_t block_bytes = static_cast<size_t>(type.block_bytes);
    std::vector<uint8_t> bytes(static_cast<size_t>(outputs * columns / type.block_weights) * block_bytes);
    for (uint8_t& byte : bytes) {
        byte = static_cast<uint8_t>(numbers.bits() & (type.scale_at == none ? 0x3f : 0xff));
    }
    for (size_t block = 0; block < bytes.size(); block += block_bytes) {
        const float scale = 0.01f + 0.01f * numbers.next();
        const uint16_t halves[] = {float_to_half(scale), float_to_half(-8.0f * scale)};
        if (type.scale_at != none) {
            std::memcpy(&bytes[block + static_cast<size_t>(type.scale_at)], &halves[0], sizeof halves[0]);
        }
        if (type.minimum_at != none) {
            std::memcpy(&bytes[block + static_cast<size_t>(type.minimum_at)], &halves[1], sizeof halves[1]);
        }
    }
    return bytes;
}

/// Quantised by the truth for both sides, so that a rounding of the quantiser does not look like an error of the product.
struct Inputs {
    explicit Inputs(const Kernels& quantizer)
        : floats(random_rows(rows, columns, 7)), bytes(floats.size()), scales(floats.size() / 32), scaled(scales.size()),
          sums(scales.size())
    {
        for (int row = 0; row < rows; ++row) {
            const size_t block = static_cast<size_t>(row) * columns / 32;
            quantizer.quantize(&floats[static_cast<size_t>(row) * columns], columns, &bytes[static_cast<size_t>(row) * columns],
                               &scales[block], &scaled[block], &sums[block]);
        }
    }

    Activations view() const
    {
        return {floats.data(), columns, bytes.data(), columns, scales.data(), scaled.data(), sums.data(), columns / 32};
    }

    std::vector<float> floats;
    std::vector<int8_t> bytes;
    std::vector<float> scales;
    std::vector<float> scaled;
    std::vector<BlockSums> sums;
};

struct PackedMatrix {
    PackedMatrix(const Kernels& kernels, const CheckedType& type)
        : matrix(plan_matrix(packed_form(type.type, PI_WEIGHTS_NATIVE), outputs, columns, kernels))
    {
        const std::vector<uint8_t> file = random_file(type);
        std::vector<float> buffer(columns);
        bytes.resize(static_cast<size_t>(matrix_bytes(matrix)));
        for (int group = 0; group < matrix.groups; ++group) {
            pack_group(matrix, type.type, file.data(), group, bytes.data() + group * matrix.group_bytes, buffer.data());
        }
        matrix.data = bytes.data();
    }

    Matrix matrix;
    std::vector<uint8_t> bytes;
};

std::vector<float> product(const Kernels& kernels, const PackedMatrix& weights, const Inputs& inputs)
{
    std::vector<float> out(rows * padded_outputs);
    const Matrix& matrix = weights.matrix;
    kernels.multiply[matrix.form](matrix, inputs.view(), {0, rows, 0, matrix.groups, out.data(), padded_outputs, 0});
    return out;
}

/// Two tokens of three heads over two segments, the second one ending inside a block; half of it by way of states.
std::vector<float> attended(const Kernels& kernels, KvForm form)
{
    constexpr int head = 48;
    constexpr int padded = 64;
    constexpr int positions = segment_keys + 75;
    constexpr int group = 3;
    constexpr int count = (positions + block_tokens - 1) / block_tokens;
    const std::vector<float> keys = random_rows(positions, head, 1);
    const std::vector<float> values = random_rows(positions, head, 2);
    const std::vector<float> query = random_rows(2, head * group, 3);
    const int64_t stride = int64_t{block_tokens} * ((head + padded) * 4 + 2 * 4);
    std::vector<uint8_t> cache(static_cast<size_t>(stride * count));
    std::vector<int32_t> blocks;
    for (int block = 0; block < count; ++block) {
        blocks.push_back((block * 8 + 3) % count);
    }
    for (int position = 0; position < positions; ++position) {
        const size_t at = static_cast<size_t>(position) * head;
        kernels.store[form]({&keys[at], &values[at], head, padded, position % block_tokens,
                             cache.data() + blocks[static_cast<size_t>(position / block_tokens)] * stride});
    }
    std::vector<float> out(query.size());
    std::vector<float> states(static_cast<size_t>(2 * group * state_floats(padded)));
    std::vector<float> scratch(static_cast<size_t>(attention_scratch_floats(2 * group, padded)));
    const AttentionToken tokens[] = {{0, positions - 2, 0, 0}, {1, positions - 1, 0, 0}};
    AttentionTask task = {};
    task.cache = cache.data();
    task.block_stride = stride;
    task.blocks = blocks.data();
    task.tokens = tokens;
    task.token_count = 2;
    task.segment_count = 2;
    task.group = group;
    task.head_size = head;
    task.padded_head = padded;
    task.scale = 0.3f;
    task.softcap = 20.0f;
    task.query = query.data();
    task.query_stride = head * group;
    task.out = out.data();
    task.out_stride = head * group;
    task.scratch = scratch.data();
    kernels.attend[form](task);
    task.window = positions - 30;
    task.token_count = 1;
    task.states = states.data();
    task.states_stride = group * state_floats(padded);
    kernels.attend[form](task);
    kernels.merge_attention({states.data(), task.states_stride, 2, group, head, padded, out.data(), scratch.data()});
    return out;
}

std::vector<float> elementwise(const Kernels& kernels)
{
    const std::vector<float> row = random_rows(1, columns, 11);
    const std::vector<float> weight = random_rows(1, columns, 12);
    std::vector<float> out(columns);
    kernels.normalize(row.data(), weight.data(), 1e-5f, columns, columns, out.data());
    kernels.gate_silu(out.data(), weight.data(), columns);
    kernels.gate_gelu(out.data(), row.data(), columns);
    kernels.softcap(out.data(), 0.5f, columns);
    kernels.rotate(out.data(), row.data(), weight.data(), columns, 0);
    kernels.rotate(out.data(), row.data(), weight.data(), columns, 1);
    int32_t finite = 0;
    const float largest = kernels.largest(row.data(), columns - 3, &finite);
    std::vector<float> exponentials(columns);
    const double total = kernels.exponentials(row.data(), largest, 2.0f, columns - 3, exponentials.data());
    out.insert(out.end(), exponentials.begin(), exponentials.end());
    out.push_back(static_cast<float>(total) / columns + static_cast<float>(finite));
    return out;
}

}

const char* first_disagreement(const Kernels& candidate, const Kernels& truth)
{
    const Inputs inputs(truth);
    const Inputs own(candidate);
    if (!agree(own.scaled, inputs.scaled)) {
        return "quantize";
    }
    for (const CheckedType& c : checked_types) {
        if (!agree(product(candidate, PackedMatrix(candidate, c), inputs), product(truth, PackedMatrix(truth, c), inputs))) {
            return c.name;
        }
    }
    for (int form = 0; form < kv_form_count; ++form) {
        if (!agree(attended(candidate, static_cast<KvForm>(form)), attended(truth, static_cast<KvForm>(form)))) {
            return "attention";
        }
    }
    return agree(elementwise(candidate), elementwise(truth)) ? nullptr : "elementwise";
}

namespace {

double product_time(const Kernels& kernels, const CheckedType& type)
{
    using Clock = std::chrono::steady_clock;
    const Inputs inputs(kernels);
    const PackedMatrix weights(kernels, type);
    double best = 1e18;
    for (int run = 0; run < 8; ++run) {
        const Clock::time_point begin = Clock::now();
        product(kernels, weights, inputs);
        best = std::fmin(best, std::chrono::duration<double, std::nano>(Clock::now() - begin).count());
    }
    return best;
}

}

double small_integer_product_time(const Kernels& kernels) { return product_time(kernels, timed_integer_type); }

double small_bfloat_product_time(const Kernels& kernels) { return product_time(kernels, timed_bfloat_type); }

}
