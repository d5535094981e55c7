#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace preble {

/// A file mapped for reading. Its pages count as resident memory only until forget() or the end of the object.
class MappedFile {
public:
    explicit MappedFile(const std::string& path);
    ~MappedFile();
    MappedFile(MappedFile&& other) noexcept;
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    const uint8_t* data() const { return data_; }
    int64_t size() const { return size_; }

    /// Gives the pages of a range back; reading it again is allowed and maps them again.
    void forget(int64_t offset, int64_t bytes) const;

private:
    const uint8_t* data_ = nullptr;
    int64_t size_ = 0;
};

}
