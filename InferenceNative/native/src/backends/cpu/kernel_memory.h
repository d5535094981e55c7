#pragma once

#include <string>

namespace preble {

/// Which kernel set was measured to be the fastest, kept in a small file in a folder, so that later starts and other workers on an equal
/// processor choose alike and at once. Nothing that is wrong with the folder or the file is a failure: then there is nothing to recall.
class KernelMemory {
public:
    /// `key` is all that the choice depends on: another key, another file. An empty folder keeps nothing.
    KernelMemory(const std::string& folder, std::string key);

    /// The name kept under the key; empty when there is none.
    std::string recall() const;

    /// Replaces what is kept. The file is whole or not there, whoever reads it meanwhile.
    void keep(const std::string& name) const;

private:
    std::string path_;
    std::string key_;
};

/// The library's own file by its length and time of writing: another build has other kernels. Empty when the system does not say.
std::string library_identity();

}
