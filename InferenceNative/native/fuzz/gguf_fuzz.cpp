// Any bytes are a GGUF file that is read, or one that is refused with a sentence. See README.md beside this file's folder for its runs.
#include "error.h"
#include "gguf_model.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    try {
        const preble::bench::GgufFile file({data, size});
        preble::bench::read_gguf_model(file);
        for (const preble::bench::GgufTensor& tensor : file.tensors()) {
            // The last byte of each is within the file, or the sanitizer says so.
            const volatile uint8_t last = file.bytes_of(tensor).back();
            (void)last;
        }
    } catch (const preble::Error&) {
    }
    return 0;
}
