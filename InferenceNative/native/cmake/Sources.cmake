# Every source of the library; kernel files get the flags of their instruction set, all others stay at the platform's baseline.
set(PI_SOURCES
  src/abi/abi.cpp
  src/abi/last_error.cpp
  src/backends/cpu/kernels_portable.cpp
  src/backends/cpu/bf16_kernel_sets.cpp
  src/backends/cpu/kernel_check.cpp
  src/backends/cpu/kernel_choice.cpp
  src/backends/cpu/kernel_memory.cpp
  src/engine/attention_plan.cpp
  src/engine/attention_schedule.cpp
  src/engine/batch.cpp
  src/engine/block_codec.cpp
  src/engine/engine.cpp
  src/engine/kv_cache.cpp
  src/engine/sampler.cpp
  src/engine/sampling_filter.cpp
  src/engine/workspace.cpp
  src/forward/attention.cpp
  src/forward/embedding.cpp
  src/forward/experts.cpp
  src/forward/heads.cpp
  src/forward/linear.cpp
  src/forward/logits.cpp
  src/forward/mlp.cpp
  src/forward/normalize.cpp
  src/forward/rotary.cpp
  src/forward/route.cpp
  src/model/block_codes.cpp
  src/model/config.cpp
  src/model/convert.cpp
  src/model/dequantize.cpp
  src/model/dequantize_iq4.cpp
  src/model/dequantize_k.cpp
  src/model/dequantize_legacy.cpp
  src/model/held_type.cpp
  src/model/mapped_file.cpp
  src/model/pack.cpp
  src/model/pack_converted.cpp
  src/model/quantize.cpp
  src/model/quantize_q4_0.cpp
  src/model/pack_integer.cpp
  src/model/tensor_table.cpp
  src/model/unpack.cpp
  src/model/weights.cpp
  src/runtime/cores.cpp
  src/runtime/cpu_features.cpp
  src/runtime/memory_region.cpp
  src/runtime/thread_pool.cpp)

# GCC would put off all additions of a tile to its end, and spill the products in between: a third of the speed.
include(CheckCXXCompilerFlag)
check_cxx_compiler_flag(-fno-tree-ter PI_HAS_NO_TREE_TER)
if(PI_HAS_NO_TREE_TER)
  set(PI_KERNEL_FLAGS "-fno-tree-ter;-fno-tree-reassoc")
endif()

if(PI_SIMD AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64|AMD64")
  list(APPEND PI_SOURCES src/backends/cpu/kernels_avx2.cpp src/backends/cpu/kernels_avx512.cpp
    src/backends/cpu/kernels_avx512_bf16.cpp)
  set_source_files_properties(src/backends/cpu/kernels_avx2.cpp PROPERTIES COMPILE_OPTIONS "-mavx2;-mfma;-mf16c;${PI_KERNEL_FLAGS}")
  # GCC 12's own AVX-512 header reads undefined registers on purpose, and warns about itself.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set(PI_AVX512_QUIET "-Wno-uninitialized;-Wno-maybe-uninitialized")
  endif()
  set_source_files_properties(src/backends/cpu/kernels_avx512.cpp PROPERTIES
    COMPILE_OPTIONS "-mavx512f;-mavx512bw;-mavx512dq;-mavx512vl;-mavx512vnni;-mfma;-mf16c;${PI_AVX512_QUIET};${PI_KERNEL_FLAGS}")
  set_source_files_properties(src/backends/cpu/kernels_avx512_bf16.cpp PROPERTIES
    COMPILE_OPTIONS "-mavx512f;-mavx512bw;-mavx512dq;-mavx512vl;-mavx512bf16;${PI_AVX512_QUIET};${PI_KERNEL_FLAGS}")
  set_source_files_properties(src/backends/cpu/kernel_choice.cpp src/backends/cpu/bf16_kernel_sets.cpp PROPERTIES COMPILE_DEFINITIONS PI_X86_KERNELS)
endif()
