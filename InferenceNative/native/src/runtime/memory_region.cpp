#include "runtime/memory_region.h"

#include <cstdint>
#include <utility>

#include <sys/mman.h>
#include <unistd.h>

#include "error.h"

namespace preble {
namespace {

constexpr size_t huge_page = size_t{2} << 20;

size_t round_up(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }

void* map(size_t bytes)
{
    void* const address = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (address == MAP_FAILED) {
        fail(PI_OUT_OF_MEMORY, "the system has not got %zu MiB of memory for this process", (bytes >> 20) + 1);
    }
    return address;
}

/// Not every kernel aligns a mapping so that its first pages can be a huge one; what lies around the aligned part is given back.
void* map_aligned(size_t bytes)
{
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t whole = round_up(bytes, page);
    char* const begin = static_cast<char*>(map(whole + huge_page));
    const size_t before = round_up(reinterpret_cast<uintptr_t>(begin), huge_page) - reinterpret_cast<uintptr_t>(begin);
    if (before > 0) {
        munmap(begin, before);
    }
    if (before < huge_page) {
        munmap(begin + before + whole, huge_page - before);
    }
    return begin + before;
}

}

MemoryRegion::MemoryRegion(size_t bytes, bool huge_pages) : bytes_(bytes)
{
    if (bytes == 0) {
        return;
    }
    if (bytes > SIZE_MAX - 2 * huge_page) {
        fail(PI_OUT_OF_MEMORY, "%zu bytes are more than a process can have", bytes);
    }
    address_ = huge_pages && bytes >= huge_page ? map_aligned(bytes) : map(bytes);
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
