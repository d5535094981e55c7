/*
 * preble_inference: forward passes of decoder-only language models over a paged KV cache, behind a device-neutral C ABI.
 *
 * Conventions
 *  - Every function that can fail returns a pi_status; PI_OK is 0. After a failure pi_last_error() has one sentence on this thread.
 *  - Nothing passed in is kept after return, except that a model keeps its files mapped or its own copy of the weights.
 *  - A model is immutable and shared by any number of engines and threads; it must outlive its engines.
 *  - One engine is used by one thread at a time. Engines of one process share one thread pool; their steps take turns,
 *    but those of engines with threads of their own.
 *  - Arrays are pointer + count, owned by the caller. Token ids, block ids and positions are zero-based.
 *  - A row's numbers do not depend on the other rows of a step, on chunking, or on the number of threads.
 */
#ifndef PREBLE_INFERENCE_H
#define PREBLE_INFERENCE_H

#include <stdint.h>

#if defined(_WIN32)
#define PI_API __declspec(dllexport)
#else
#define PI_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define PI_ABI_VERSION 3

/* Statuses. Numbers are frozen: append only. */
typedef enum pi_status {
    PI_OK = 0,
    PI_INVALID_ARGUMENT = 1,   /* a value out of range; nothing was changed */
    PI_INVALID_MODEL = 2,      /* tensors missing, of the wrong shape, or outside their file; no model was made */
    PI_UNSUPPORTED = 3,        /* a type or a feature this build has not got */
    PI_OUT_OF_MEMORY = 4,
    PI_IO = 5,                 /* a file cannot be opened or mapped */
    PI_INTERNAL = 6            /* a bug: the engine is no longer to be trusted */
} pi_status;

/* How a tensor's bytes are laid out: GGML's numbers, so that a GGUF type can be passed through. */
typedef enum pi_type {
    PI_TYPE_F32 = 0,
    PI_TYPE_F16 = 1,
    PI_TYPE_Q4_0 = 2,
    PI_TYPE_Q4_1 = 3,
    PI_TYPE_Q5_0 = 6,
    PI_TYPE_Q5_1 = 7,
    PI_TYPE_Q8_0 = 8,
    PI_TYPE_Q2_K = 10,
    PI_TYPE_Q3_K = 11,
    PI_TYPE_Q4_K = 12,
    PI_TYPE_Q5_K = 13,
    PI_TYPE_Q6_K = 14,
    PI_TYPE_IQ4_NL = 20,
    PI_TYPE_IQ4_XS = 23,
    PI_TYPE_BF16 = 30
} pi_type;

/* What a tensor is for. Matrices are rows (outputs) by columns (inputs), row-major; vectors have rows = 1. */
typedef enum pi_role {
    PI_ROLE_TOKEN_EMBEDDING = 1, /* vocabulary x hidden */
    PI_ROLE_OUTPUT_NORM = 2,     /* hidden */
    PI_ROLE_OUTPUT_HEAD = 3,     /* vocabulary x hidden; absent when tied to the embedding */
    PI_ROLE_ATTENTION_NORM = 4,  /* hidden; this one and all below once a layer */
    PI_ROLE_QUERY = 5,           /* heads * head_size x hidden */
    PI_ROLE_KEY = 6,             /* kv_heads * head_size x hidden */
    PI_ROLE_VALUE = 7,
    PI_ROLE_ATTENTION_OUTPUT = 8,/* hidden x heads * head_size */
    PI_ROLE_FFN_NORM = 9,        /* hidden */
    PI_ROLE_FFN_GATE = 10,       /* ffn x hidden */
    PI_ROLE_FFN_UP = 11,         /* ffn x hidden */
    PI_ROLE_FFN_DOWN = 12,       /* hidden x ffn */
    PI_ROLE_QUERY_BIAS = 13,     /* heads * head_size; this one and all below only where the family has it */
    PI_ROLE_KEY_BIAS = 14,       /* kv_heads * head_size */
    PI_ROLE_VALUE_BIAS = 15,
    PI_ROLE_QUERY_NORM = 16,     /* head_size: RMSNorm of every query head before rotation */
    PI_ROLE_KEY_NORM = 17,       /* head_size */
    PI_ROLE_ROUTER = 18,         /* experts x hidden */
    PI_ROLE_EXPERT_GATE = 19,    /* ffn x hidden, once an expert */
    PI_ROLE_EXPERT_UP = 20,      /* ffn x hidden, once an expert */
    PI_ROLE_EXPERT_DOWN = 21,    /* hidden x ffn, once an expert */
    PI_ROLE_POST_ATTENTION_NORM = 22, /* hidden: of what attention adds to the residual stream */
    PI_ROLE_POST_FFN_NORM = 23   /* hidden */
} pi_role;

typedef struct pi_tensor {
    int32_t role;        /* pi_role */
    int32_t layer;       /* 0 for roles that exist once */
    int32_t type;        /* pi_type */
    int32_t file_index;  /* into the file list of pi_model_create */
    int32_t expert;      /* 0 for roles that have no experts */
    int32_t reserved;
    int64_t rows;
    int64_t columns;
    int64_t offset;      /* bytes from the start of the file */
    int64_t size_bytes;
} pi_tensor;

/* Which elements of a head are rotated together. */
typedef enum pi_rope_order {
    PI_ROPE_INTERLEAVED = 0, /* 2i with 2i + 1: Llama checkpoints in GGUF */
    PI_ROPE_HALVES = 1       /* i with i + head_size / 2: Hugging Face checkpoints */
} pi_rope_order;

typedef enum pi_weights {
    PI_WEIGHTS_NATIVE = 0, /* as stored, repacked for the kernels; integer weights meet activations quantised to int8 */
    PI_WEIGHTS_F32 = 1,    /* everything in float32: the numerical truth */
    PI_WEIGHTS_INT8 = 2,   /* matrices converted to Q8_0 at load */
    PI_WEIGHTS_INT4 = 3,   /* matrices converted to Q4_0 at load, but embedding and head to Q8_0 */
    PI_WEIGHTS_BF16 = 4    /* matrices converted to BF16 at load */
} pi_weights;

/* The function inside the feed-forward layer. */
typedef enum pi_activation {
    PI_ACTIVATION_SILU = 0,
    PI_ACTIVATION_GELU = 1 /* its tanh form */
} pi_activation;

/* How keys and values are held. */
typedef enum pi_kv_type {
    PI_KV_DEFAULT = 0, /* F32 with PI_WEIGHTS_F32, else F16 */
    PI_KV_F32 = 1,
    PI_KV_F16 = 2,
    PI_KV_INT8 = 3     /* one byte an element, one scale for each token, layer, KV head and keys or values */
} pi_kv_type;

typedef struct pi_model_config {
    int32_t struct_size;
    int32_t layers;
    int32_t hidden;
    int32_t ffn;
    int32_t heads;
    int32_t kv_heads;
    int32_t head_size;
    int32_t vocabulary;
    int32_t context;       /* positions from 0 to context - 1 */
    int32_t rope_order;    /* pi_rope_order */
    int32_t weights;       /* pi_weights */
    float norm_epsilon;
    int32_t activation;    /* pi_activation */
    int32_t window;        /* a token sees this many positions, its own included; 0: all before it */
    int32_t window_period; /* with a window: every so manieth layer (the last of each period) sees all; 0: none does */
    int32_t experts;       /* 0: a dense model */
    int32_t experts_used;  /* of each token */
    int32_t experts_normed; /* 1: the weights of the chosen experts add up to one; 0: they are shares of all experts */
    float attention_scale;  /* of query times key; 0: 1 / sqrt(head_size) */
    float attention_softcap; /* 0: none */
    float logit_softcap;     /* 0: none */
    float embedding_scale;   /* 0: one */
    int32_t norm_plus_one;   /* 1: norms multiply by one plus their weights, as Gemma's Hugging Face checkpoints have them */
} pi_model_config;

typedef struct pi_model_info {
    int32_t struct_size;
    int32_t reserved;
    int64_t parameter_count;
    int64_t weight_bytes;       /* memory of the weights as held, shared by all engines */
    int64_t kv_bytes_per_token; /* with the engine's default KV type */
} pi_model_info;

typedef struct pi_engine_options {
    int32_t struct_size;
    int32_t block_size;       /* tokens a block: 16 */
    int32_t block_count;
    int32_t max_step_tokens;  /* most token rows in one step */
    int32_t max_step_chunks;  /* most chunks in one step */
    int32_t kv_type;          /* pi_kv_type */
    int32_t threads;          /* 0: the process's shared pool; else a pool of the engine's own, each thread on a core of its own:
                               PI_INVALID_ARGUMENT when fewer of the process's cores are free */
    int32_t max_step_samples; /* most tokens sampled in one step; 0: as many as there may be chunks */
} pi_engine_options;

typedef struct pi_sampling {
    float temperature;        /* 0 is greedy: the highest logit, ties to the lowest id */
    float top_p;
    float min_p;
    float repetition_penalty;
    float presence_penalty;
    float frequency_penalty;
    int32_t top_k;            /* 0 keeps all */
    int32_t reserved;
    uint64_t seed;            /* with the position, the whole state of the random choice */
} pi_sampling;

/*
 * One sequence's share of a step. Its tokens, its block table and its history are slices of the arrays passed beside it.
 * With samples = 1 the token after the last one is sampled. More verify a guess in one pass: the last samples - 1 tokens are guessed, and
 * each sampled token is the one that a step of its own would give there, so all up to the first that differs from its guess are right.
 * The history then ends with the guessed tokens; a sample counts those before it and not those after it.
 */
typedef struct pi_chunk {
    int32_t token_offset;
    int32_t token_count;     /* at least 1 */
    int32_t start_position;  /* position of the first of these tokens; the KV of all earlier ones is in the blocks */
    int32_t block_offset;
    int32_t block_count;     /* at least ceil((start_position + token_count) / block_size) */
    int32_t samples;         /* after each of the last so many tokens (0 to token_count) the next one is sampled */
    int32_t history_offset;  /* tokens that penalties count: prompt, then output */
    int32_t history_count;   /* 0 when no penalty is set */
    int32_t history_prompt;  /* how many of them are prompt */
    int32_t sampled_offset;  /* where in `sampled` its tokens go; slices follow one another as their chunks do */
    pi_sampling sampling;
} pi_chunk;

/* How a block is written outside the cache. Numbers are frozen, for they are in files: append only. */
typedef enum pi_block_encoding {
    PI_BLOCK_EXACT = 1, /* the elements as held, without padding: what is loaded is bit for bit what was saved */
    PI_BLOCK_INT8 = 2   /* one byte an element and one float32 a token, layer, KV head and keys or values: lossy */
} pi_block_encoding;

typedef struct pi_model pi_model;
typedef struct pi_engine pi_engine;

PI_API int32_t pi_abi_version(void);
PI_API int32_t pi_abi_sizeof_tensor(void);
PI_API int32_t pi_abi_sizeof_model_config(void);
PI_API int32_t pi_abi_sizeof_model_info(void);
PI_API int32_t pi_abi_sizeof_engine_options(void);
PI_API int32_t pi_abi_sizeof_chunk(void);

/* The last failure on this thread, one sentence in UTF-8; valid until the next call on this thread. Never null. */
PI_API const char* pi_last_error(void);

/* Threads that compute a step, this one included; 0 means one a core. Takes effect at the next step of any engine. */
PI_API int32_t pi_runtime_set_threads(int32_t count);

/* Folder of a small file that keeps which kernels were measured to be the fastest here; empty (the default) measures in every process.
   Takes effect before the first description or model only. A folder that is missing or cannot be written is no failure. */
PI_API int32_t pi_runtime_set_cache_folder(const char* folder);

/* One line on the processor and the kernels in use, for logs and status. Never null; lives as long as the library. */
PI_API const char* pi_runtime_description(void);

/*
 * Makes a model of tensors that lie in files. The tensor table comes from a reader of the checkpoint; every entry is checked again here
 * (file bounds, type, shape), so that a wrong table gives PI_INVALID_MODEL and never reads outside a file.
 * inverse_frequencies: head_size / 2 rotary frequencies, any scaling already applied; or twice as many, first those of the layers that
 * see all positions, then those of the layers with a window.
 */
PI_API int32_t pi_model_create(const pi_model_config* config, const char* const* file_paths, int32_t file_count, const pi_tensor* tensors,
                               int32_t tensor_count, const float* inverse_frequencies, int32_t frequency_count, pi_model** out_model);
PI_API int32_t pi_model_get_info(const pi_model* model, pi_model_info* out_info);
/* Bytes that a token takes in an engine with this pi_kv_type. */
PI_API int32_t pi_model_kv_bytes(const pi_model* model, int32_t kv_type, int64_t* out_bytes);
PI_API void pi_model_free(pi_model* model);

/*
 * Converts rows of a file's tensor from one type to another: what loading with pi_weights does to a matrix, so that a converted file gives
 * the same bits. `to` is F32, F16, BF16, Q8_0, Q4_0 or Q4_1. The columns must be a multiple of both types' blocks, and in_bytes and
 * out_bytes exactly what the rows take. After a failure `out` is not to be used.
 */
PI_API int32_t pi_convert_rows(int32_t from, int32_t to, const uint8_t* in, int64_t in_bytes, int64_t rows, int64_t columns, uint8_t* out,
                               int64_t out_bytes);

/* Makes an engine with an empty KV cache; its memory is reserved now and touched when first used. */
PI_API int32_t pi_engine_create(const pi_model* model, const pi_engine_options* options, pi_engine** out_engine);
PI_API void pi_engine_free(pi_engine* engine);

/*
 * One batched forward pass over any mix of prefill chunks and decodes. Two chunks of a step may share blocks only before both
 * their start positions.
 * sampled: `sampled_count` tokens, see pi_chunk.sampled_offset; those that belong to no chunk become -1.
 * After PI_INVALID_ARGUMENT the KV cache is as before the call; after any other failure it is not to be trusted.
 */
PI_API int32_t pi_engine_step(pi_engine* engine, const pi_chunk* chunks, int32_t chunk_count, const int32_t* tokens, int32_t token_count,
                              const int32_t* blocks, int32_t block_count, const int32_t* history, int32_t history_count, int32_t* sampled,
                              int32_t sampled_count);

/* Bytes of one block as pi_engine_save_block writes it: the same for every block of the engine. */
PI_API int32_t pi_engine_block_bytes(const pi_engine* engine, int32_t encoding, int64_t* out_bytes);

/* Overwrites block `to` with block `from`. After PI_INVALID_ARGUMENT the KV cache is as before the call. */
PI_API int32_t pi_engine_copy_block(pi_engine* engine, int32_t from, int32_t to);

/* Writes a block to memory of exactly `count` = pi_engine_block_bytes; the KV cache is not changed, and after PI_INVALID_ARGUMENT
   `out` is not either. The bytes are little-endian and depend on the model's shape, its weights mode and the KV type, not on the kernels. */
PI_API int32_t pi_engine_save_block(pi_engine* engine, int32_t block, int32_t encoding, uint8_t* out, int64_t count);

/* Overwrites a block with what pi_engine_save_block wrote, maybe by another engine of the same model. Bytes are not judged: those
   that were never saved give wrong numbers, and maybe a step that fails with PI_INTERNAL, but nothing outside the block is touched.
   After PI_INVALID_ARGUMENT the KV cache is as before the call. */
PI_API int32_t pi_engine_load_block(pi_engine* engine, int32_t block, int32_t encoding, const uint8_t* in, int64_t count);

/* For tests: what the next steps keep for reading. 0: nothing (the default); 1: the logits of every token row;
   2: every row's hidden state after each layer; 4: attention shares no work between sequences: longer, with the same bits. They add up. */
PI_API int32_t pi_engine_set_trace(pi_engine* engine, int32_t flags);

/* For tests: all logits of a token row of the last step (trace 1). */
PI_API int32_t pi_engine_get_logits(const pi_engine* engine, int32_t row, float* out, int32_t count);

/* For tests: a row's hidden state of the last step (trace 2): layer 0 is the embedding, layer i the output of layer i - 1 before any
   final norm, layer `layers` the last layer's output after the final norm. */
PI_API int32_t pi_engine_get_hidden(const pi_engine* engine, int32_t layer, int32_t row, float* out, int32_t count);

#ifdef __cplusplus
}
#endif

#endif
