#pragma once

#include <cstddef>

namespace preble {

/// Zeroed memory straight from the system, aligned to a page (to a huge one where those are wanted) and touched only when used. Throws
/// PI_OUT_OF_MEMORY. Owns it; movable.
class MemoryRegion {
public:
    MemoryRegion() = default;
    explicit MemoryRegion(size_t bytes, bool huge_pages = false);
    ~MemoryRegion();
    MemoryRegion(MemoryRegion&& other) noexcept;
    MemoryRegion& operator=(MemoryRegion&& other) noexcept;

    size_t bytes() const { return bytes_; }

    template <class T>
    T* as(size_t byte_offset = 0) const
    {
        return reinterpret_cast<T*>(static_cast<unsigned char*>(address_) + byte_offset);
    }

private:
    void* address_ = nullptr;
    size_t bytes_ = 0;
};

}
