#include "model/tensor_table.h"

#include <algorithm>

#include "error.h"
#include "model/dequantize.h"

namespace preble {
namespace {

constexpr int role_count = PI_ROLE_POST_FFN_NORM + 1;
constexpr int expert_roles = PI_ROLE_EXPERT_DOWN - PI_ROLE_EXPERT_GATE + 1;

bool exists_once(pi_role role) { return role <= PI_ROLE_OUTPUT_HEAD; }

bool is_vector(pi_role role)
{
    return role == PI_ROLE_OUTPUT_NORM || role == PI_ROLE_ATTENTION_NORM || role == PI_ROLE_FFN_NORM ||
           (role >= PI_ROLE_QUERY_BIAS && role <= PI_ROLE_KEY_NORM) || role >= PI_ROLE_POST_ATTENTION_NORM;
}

bool is_of_expert(pi_role role) { return role >= PI_ROLE_EXPERT_GATE && role <= PI_ROLE_EXPERT_DOWN; }

bool is_dense_only(pi_role role) { return role >= PI_ROLE_FFN_GATE && role <= PI_ROLE_FFN_DOWN; }

bool is_mixture_only(pi_role role) { return role == PI_ROLE_ROUTER || is_of_expert(role); }

/// Whether a model of this configuration cannot do without the role.
bool is_required(const Config& config, pi_role role)
{
    if (is_dense_only(role) || is_mixture_only(role)) {
        return is_mixture_only(role) == (config.experts > 0);
    }
    return role <= PI_ROLE_FFN_NORM && role != PI_ROLE_OUTPUT_HEAD;
}

struct Shape {
    int64_t rows;
    int64_t columns;
};

Shape expected_shape(const Config& config, pi_role role)
{
    switch (role) {
    case PI_ROLE_TOKEN_EMBEDDING:
    case PI_ROLE_OUTPUT_HEAD: return {config.vocabulary, config.hidden};
    case PI_ROLE_OUTPUT_NORM:
    case PI_ROLE_ATTENTION_NORM:
    case PI_ROLE_POST_ATTENTION_NORM:
    case PI_ROLE_POST_FFN_NORM:
    case PI_ROLE_FFN_NORM: return {1, config.hidden};
    case PI_ROLE_QUERY_BIAS: return {1, config.query_width()};
    case PI_ROLE_KEY_BIAS:
    case PI_ROLE_VALUE_BIAS: return {1, config.kv_width()};
    case PI_ROLE_QUERY_NORM:
    case PI_ROLE_KEY_NORM: return {1, config.head_size};
    case PI_ROLE_QUERY: return {config.query_width(), config.hidden};
    case PI_ROLE_KEY:
    case PI_ROLE_VALUE: return {config.kv_width(), config.hidden};
    case PI_ROLE_ATTENTION_OUTPUT: return {config.hidden, config.query_width()};
    case PI_ROLE_ROUTER: return {config.experts, config.hidden};
    case PI_ROLE_FFN_GATE:
    case PI_ROLE_EXPERT_GATE:
    case PI_ROLE_EXPERT_UP:
    case PI_ROLE_FFN_UP: return {config.ffn, config.hidden};
    case PI_ROLE_EXPERT_DOWN:
    case PI_ROLE_FFN_DOWN: return {config.hidden, config.ffn};
    default: break;
    }
    fail(PI_INTERNAL, "no shape for role %d", static_cast<int>(role));
}

void check_type(const pi_tensor& tensor)
{
    if (!is_known(tensor.type)) {
        fail(PI_UNSUPPORTED, "tensor of role %d, layer %d has type %d, which is not supported", tensor.role, tensor.layer, tensor.type);
    }
    const pi_type type = static_cast<pi_type>(tensor.type);
    if (tensor.columns % block_size(type) != 0) {
        fail(PI_UNSUPPORTED, "tensor of role %d, layer %d has %lld columns, not a multiple of the block of %d", tensor.role, tensor.layer,
             static_cast<long long>(tensor.columns), block_size(type));
    }
}

void check_place(const pi_tensor& tensor, std::span<const MappedFile> files)
{
    if (tensor.file_index < 0 || static_cast<size_t>(tensor.file_index) >= files.size()) {
        fail(PI_INVALID_MODEL, "tensor of role %d, layer %d names file %d of %zu", tensor.role, tensor.layer, tensor.file_index,
             files.size());
    }
    const int64_t size = files[static_cast<size_t>(tensor.file_index)].size();
    // Rows and columns equal the configuration's by now, so this product cannot overflow.
    const int64_t needed = tensor.rows * row_bytes(static_cast<pi_type>(tensor.type), tensor.columns);
    if (tensor.size_bytes != needed) {
        fail(PI_INVALID_MODEL, "tensor of role %d, layer %d has %lld bytes where its shape needs %lld", tensor.role, tensor.layer,
             static_cast<long long>(tensor.size_bytes), static_cast<long long>(needed));
    }
    if (tensor.offset < 0 || tensor.offset > size || needed > size - tensor.offset) {
        fail(PI_INVALID_MODEL, "tensor of role %d, layer %d (%lld bytes at %lld) lies outside its file of %lld bytes", tensor.role,
             tensor.layer, static_cast<long long>(needed), static_cast<long long>(tensor.offset), static_cast<long long>(size));
    }
}

}

TensorTable::TensorTable(const Config& config, std::span<const MappedFile> files, std::span<const pi_tensor> tensors)
    : layers_(config.layers), experts_(std::max(config.experts, 1)),
      index_(static_cast<size_t>(role_count) * static_cast<size_t>(layers_) +
                 size_t{expert_roles} * static_cast<size_t>(layers_) * static_cast<size_t>(experts_),
             -1)
{
    for (const pi_tensor& tensor : tensors) {
        add(config, files, tensor);
    }
    for (int role = PI_ROLE_TOKEN_EMBEDDING; role < role_count; ++role) {
        if (is_required(config, static_cast<pi_role>(role))) {
            require(static_cast<pi_role>(role));
        }
    }
}

void TensorTable::require(pi_role role) const
{
    for (int layer = 0; layer < layers_of(role); ++layer) {
        for (int expert = 0; expert < experts_of(role); ++expert) {
            if (find(role, layer, expert) == nullptr) {
                fail(PI_INVALID_MODEL, "the tensor of role %d, layer %d, expert %d is missing", static_cast<int>(role), layer, expert);
            }
        }
    }
}

int TensorTable::layers_of(pi_role role) const { return exists_once(role) ? 1 : layers_; }

int TensorTable::experts_of(pi_role role) const { return is_of_expert(role) ? experts_ : 1; }

size_t TensorTable::slot_of(pi_role role, int layer, int expert) const
{
    const size_t number = static_cast<size_t>(role);
    const size_t layers = static_cast<size_t>(layers_);
    if (!is_of_expert(role)) {
        return number * layers + static_cast<size_t>(layer);
    }
    // Those of experts lie behind all others, so that a dense model's index stays small.
    const size_t row = (number - PI_ROLE_EXPERT_GATE) * layers + static_cast<size_t>(layer);
    return role_count * layers + row * static_cast<size_t>(experts_) + static_cast<size_t>(expert);
}

void TensorTable::add(const Config& config, std::span<const MappedFile> files, const pi_tensor& tensor)
{
    if (tensor.role < PI_ROLE_TOKEN_EMBEDDING || tensor.role >= role_count) {
        fail(PI_INVALID_MODEL, "there is no tensor role %d", tensor.role);
    }
    const pi_role role = static_cast<pi_role>(tensor.role);
    if (tensor.layer < 0 || tensor.layer >= layers_of(role) || tensor.expert < 0 || tensor.expert >= experts_of(role)) {
        fail(PI_INVALID_MODEL, "tensor of role %d names layer %d of %d, expert %d of %d", tensor.role, tensor.layer, layers_,
             tensor.expert, config.experts);
    }
    if (config.experts > 0 ? is_dense_only(role) : is_mixture_only(role)) {
        fail(PI_INVALID_MODEL, "tensor of role %d, layer %d is of no use in a model of %d experts", tensor.role, tensor.layer,
             config.experts);
    }
    const Shape shape = expected_shape(config, role);
    if (tensor.rows != shape.rows || tensor.columns != shape.columns) {
        fail(PI_INVALID_MODEL, "tensor of role %d, layer %d is %lld x %lld, but the configuration needs %lld x %lld", tensor.role,
             tensor.layer, static_cast<long long>(tensor.rows), static_cast<long long>(tensor.columns), static_cast<long long>(shape.rows),
             static_cast<long long>(shape.columns));
    }
    check_type(tensor);
    if (is_vector(role) && is_block_type(static_cast<pi_type>(tensor.type))) {
        fail(PI_UNSUPPORTED, "the vector of role %d, layer %d has the block type %d", tensor.role, tensor.layer, tensor.type);
    }
    check_place(tensor, files);
    int32_t& slot = index_[slot_of(role, tensor.layer, tensor.expert)];
    if (slot >= 0) {
        fail(PI_INVALID_MODEL, "the tensor of role %d, layer %d is given twice", tensor.role, tensor.layer);
    }
    slot = static_cast<int32_t>(tensors_.size());
    tensors_.push_back(tensor);
}

const pi_tensor* TensorTable::find(pi_role role, int layer, int expert) const
{
    const int32_t slot = index_[slot_of(role, layer, expert)];
    return slot < 0 ? nullptr : &tensors_[static_cast<size_t>(slot)];
}

}
