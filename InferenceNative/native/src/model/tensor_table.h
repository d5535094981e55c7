#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/config.h"
#include "model/mapped_file.h"
#include "preble_inference.h"

namespace preble {

/// The caller's tensor table after every entry was checked against the files and the configuration: what it points to can be read.
class TensorTable {
public:
    TensorTable(const Config& config, std::span<const MappedFile> files, std::span<const pi_tensor> tensors);

    /// The tensor of a role; null only for an output head that is tied to the embedding, and for roles that not every family has.
    const pi_tensor* find(pi_role role, int layer, int expert = 0) const;

    std::span<const pi_tensor> tensors() const { return tensors_; }

private:
    void add(const Config& config, std::span<const MappedFile> files, const pi_tensor& tensor);
    void require(pi_role role) const;
    int layers_of(pi_role role) const;
    int experts_of(pi_role role) const;
    size_t slot_of(pi_role role, int layer, int expert) const;

    int layers_;
    int experts_;
    std::vector<pi_tensor> tensors_;
    std::vector<int32_t> index_;
};

}
