#include "model/mapped_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"

namespace preble {
namespace {

/// Closes a file descriptor at the end of a block; a mapping outlives it.
struct Descriptor {
    int number;
    ~Descriptor()
    {
        if (number >= 0) {
            close(number);
        }
    }
};

}

MappedFile::MappedFile(const std::string& path)
{
    const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    struct stat status = {};
    if (file.number < 0 || fstat(file.number, &status) != 0) {
        fail(PI_IO, "cannot open %s: %s", path.c_str(), std::strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        fail(PI_IO, "%s is not a file", path.c_str());
    }
    size_ = status.st_size;
    if (size_ == 0) {
        return;
    }
    void* const address = mmap(nullptr, static_cast<size_t>(size_), PROT_READ, MAP_PRIVATE, file.number, 0);
    if (address == MAP_FAILED) {
        fail(PI_IO, "cannot map %s: %s", path.c_str(), std::strerror(errno));
    }
    data_ = static_cast<const uint8_t*>(address);
}

MappedFile::~MappedFile()
{
    if (data_ != nullptr) {
        munmap(const_cast<uint8_t*>(data_), static_cast<size_t>(size_));
    }
}

MappedFile::MappedFile(MappedFile&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

void MappedFile::forget(int64_t offset, int64_t bytes) const
{
    const int64_t page = sysconf(_SC_PAGESIZE);
    const int64_t begin = offset / page * page;
    if (bytes > 0) {
        madvise(const_cast<uint8_t*>(data_) + begin, static_cast<size_t>(offset + bytes - begin), MADV_DONTNEED);
    }
}

}
