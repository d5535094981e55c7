#include "model/tensor_table.h"

#include "error.h"
#include "model/dequantize.h"

namespace preble {
namespace {

constexpr int role_count = PI_ROLE_FFN_DOWN + 1;

bool exists_once(pi_role role) { return role <= PI_ROLE_OUTPUT_HEAD; }

bool is_vector(pi_role role)
{
    return role == PI_ROLE_OUTPUT_NORM || role == PI_ROLE_ATTENTION_NORM || role == PI_ROLE_FFN_NORM;
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
    case PI_ROLE_FFN_NORM: return {1, config.hidden};
    case PI_ROLE_QUERY: return {config.query_width(), config.hidden};
    case PI_ROLE_KEY:
    case PI_ROLE_VALUE: return {config.kv_width(), config.hidden};
    case PI_ROLE_ATTENTION_OUTPUT: return {config.hidden, config.query_width()};
    case PI_ROLE_FFN_GATE:
    case PI_ROLE_FFN_UP: return {config.ffn, config.hidden};
    case PI_ROLE_FFN_DOWN: return {config.hidden, config.ffn};
    default: break;
    }
    fail(PI_INTERNAL, "no shape for role %d", static_cast<int>(role));
}

bool is_known(int32_t type)
{
    return type == PI_TYPE_F32 || type == PI_TYPE_F16 || type == PI_TYPE_BF16 || type == PI_TYPE_Q4_0 || type == PI_TYPE_Q4_1 ||
           type == PI_TYPE_Q8_0;
}

void check_type(const pi_tensor& tensor)
{
    if (!is_known(tensor.type)) {
        fail(PI_UNSUPPORTED, "tensor of role %d, layer %d has type %d, which is not supported", tensor.role, tensor.layer, tensor.type);
    }
    const pi_type type = static_cast<pi_type>(tensor.type);
    if (is_block_type(type) && tensor.columns % block_weights != 0) {
        fail(PI_UNSUPPORTED, "tensor of role %d, layer %d has %lld columns, not a multiple of the block of %d", tensor.role, tensor.layer,
             static_cast<long long>(tensor.columns), block_weights);
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
    : layers_(config.layers), index_(static_cast<size_t>(role_count) * static_cast<size_t>(config.layers), -1)
{
    for (const pi_tensor& tensor : tensors) {
        add(config, files, tensor);
    }
    for (int role = PI_ROLE_TOKEN_EMBEDDING; role < role_count; ++role) {
        const int copies = exists_once(static_cast<pi_role>(role)) ? 1 : layers_;
        for (int layer = 0; layer < copies && role != PI_ROLE_OUTPUT_HEAD; ++layer) {
            if (find(static_cast<pi_role>(role), layer) == nullptr) {
                fail(PI_INVALID_MODEL, "the tensor of role %d, layer %d is missing", role, layer);
            }
        }
    }
}

void TensorTable::add(const Config& config, std::span<const MappedFile> files, const pi_tensor& tensor)
{
    if (tensor.role < PI_ROLE_TOKEN_EMBEDDING || tensor.role >= role_count) {
        fail(PI_INVALID_MODEL, "there is no tensor role %d", tensor.role);
    }
    const pi_role role = static_cast<pi_role>(tensor.role);
    if (tensor.layer < 0 || tensor.layer >= (exists_once(role) ? 1 : layers_)) {
        fail(PI_INVALID_MODEL, "tensor of role %d names layer %d of %d", tensor.role, tensor.layer, layers_);
    }
    const Shape shape = expected_shape(config, role);
    if (tensor.rows != shape.rows || tensor.columns != shape.columns) {
        fail(PI_INVALID_MODEL, "tensor of role %d, layer %d is %lld x %lld, but the configuration needs %lld x %lld", tensor.role,
             tensor.layer, static_cast<long long>(tensor.rows), static_cast<long long>(tensor.columns), static_cast<long long>(shape.rows),
             static_cast<long long>(shape.columns));
    }
    check_type(tensor);
    if (is_vector(role) && is_block_type(static_cast<pi_type>(tensor.type))) {
        fail(PI_UNSUPPORTED, "the norm of role %d, layer %d has the block type %d", tensor.role, tensor.layer, tensor.type);
    }
    check_place(tensor, files);
    int32_t& slot = index_[static_cast<size_t>(tensor.role) * static_cast<size_t>(layers_) + static_cast<size_t>(tensor.layer)];
    if (slot >= 0) {
        fail(PI_INVALID_MODEL, "the tensor of role %d, layer %d is given twice", tensor.role, tensor.layer);
    }
    slot = static_cast<int32_t>(tensors_.size());
    tensors_.push_back(tensor);
}

const pi_tensor* TensorTable::find(pi_role role, int layer) const
{
    const int32_t slot = index_[static_cast<size_t>(role) * static_cast<size_t>(layers_) + static_cast<size_t>(layer)];
    return slot < 0 ? nullptr : &tensors_[static_cast<size_t>(slot)];
}

}
