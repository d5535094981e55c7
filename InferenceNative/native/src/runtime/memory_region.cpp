#include "runtime/memory_region.h"

#include <new>
#include <utility>

#include <sys/mman.h>

namespace preble {

MemoryRegion::MemoryRegion(size_t bytes, bool huge_pages) : bytes_(bytes)
{
    if (bytes == 0) {
        return;
    }
    address_ = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (address_ == MAP_FAILED) {
        address_ = nullptr;
        throw std::bad_alloc();
    }
#ifdef MADV_HUGEPAGE
    if (huge_pages) {
        madvise(address_, bytes, MADV_HUGEPAGE);
    }
#else
    (void)huge_pages;
#endif
}

MemoryRegion::~MemoryRegion()
{
    if (address_ != nullptr) {
        munmap(address_, bytes_);
    }
}

MemoryRegion::MemoryRegion(MemoryRegion&& other) noexcept
    : address_(std::exchange(other.address_, nullptr)), bytes_(std::exchange(other.bytes_, 0))
{
}

MemoryRegion& MemoryRegion::operator=(MemoryRegion&& other) noexcept
{
    std::swap(address_, other.address_);
    std::swap(bytes_, other.bytes_);
    return *this;
}

}
