#include "model_source.h"

#include <utility>

#include <unistd.h>

#include "error.h"
#include "model/mapped_file.h"
#include "synthetic_file.h"

namespace preble::bench {

ModelSource ModelSource::from_file(const std::string& path)
{
    const MappedFile file(path);
    ModelSource source;
    source.path = path;
    source.name = path.substr(path.rfind('/') + 1);
    source.model = read_gguf_model(GgufFile({file.data(), static_cast<size_t>(file.size())}));
    return source;
}

ModelSource ModelSource::synthetic()
{
    ModelSource source;
    source.name = "random weights in the shape of SmolLM2-135M";
    source.path = write_synthetic_file(source.model);
    source.own_file_ = true;
    return source;
}

ModelSource::ModelSource(ModelSource&& other) noexcept
    : name(std::move(other.name)), path(std::move(other.path)), model(std::move(other.model)),
      own_file_(std::exchange(other.own_file_, false))
{
}

ModelSource::~ModelSource()
{
    if (own_file_) {
        unlink(path.c_str());
    }
}

ModelSize ModelSource::size() const
{
    ModelSize size;
    bool tied = true;
    for (const pi_tensor& tensor : model.tensors) {
        const double weights = static_cast<double>(tensor.rows) * static_cast<double>(tensor.columns);
        if (tensor.role == PI_ROLE_OUTPUT_HEAD) {
            tied = false;
        } else if (tensor.role == PI_ROLE_TOKEN_EMBEDDING) {
            size.head_weights = weights;
            size.embedding_bytes = static_cast<double>(tensor.size_bytes);
        } else if (tensor.rows > 1) {
            size.layer_weights += weights;
            // With its scales a block of 4-bit weights has up to 5 bits a weight, one of 5 to 8 bits up to 8.5.
            const double bits = 8.0 * static_cast<double>(tensor.size_bytes) / weights;
            size.four_bit_weights += bits <= 5 ? weights : 0;
            size.eight_bit_weights += bits > 5 && bits < 16 ? weights : 0;
        }
    }
    size.embedding_bytes = tied ? 0 : size.embedding_bytes;
    return size;
}

}
