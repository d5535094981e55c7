// Measures the matrix kernels alone: each form, rows and shape, on one thread. Usage: kernel_bench [form] [columns] [outputs].
// Times are medians of many short runs in the thread's processor time; small matrices stay in the caches.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <vector>

#include "backends/cpu/kernel_choice.h"
#include "forward/linear.h"
#include "machine_peak.h"
#include "model/dequantize.h"
#include "model/pack.h"

using namespace preble;

namespace {

constexpr int most_rows = 512;
constexpr int most_columns = 1536;
constexpr int runs = 15;
constexpr double shortest_run = 2e-3;

struct Type {
    const char* name;
    pi_type type;
};
constexpr Type types[] = {{"q4", PI_TYPE_Q4_1}, {"q5", PI_TYPE_Q5_1}, {"q6", PI_TYPE_Q6_K}, {"q8", PI_TYPE_Q8_0}};

struct Shape {
    int outputs;
    int columns;
};
constexpr Shape shapes[] = {{576, 576}, {1536, 576}, {576, 1536}, {49152, 576}};
constexpr int row_counts[] = {1, 2, 4, 8, 14, 16, 64, 512};

double thread_time()
{
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

uint8_t random_byte()
{
    static uint64_t state = 1;
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<uint8_t>(state >> 56);
}

/// Random weights; the exponent of every byte pair that could be a half's is kept small, so that no product is slow or infinite.
struct RandomMatrix {
    RandomMatrix(const Kernels& kernels, pi_type type, Shape shape)
        : matrix(plan_matrix(packed_form(type, PI_WEIGHTS_NATIVE), shape.outputs, shape.columns, kernels)),
          memory(static_cast<size_t>(matrix_bytes(matrix)), true)
    {
        std::vector<uint8_t> source(static_cast<size_t>(row_bytes(type, shape.columns) * matrix.group));
        std::vector<float> buffer(static_cast<size_t>(shape.columns));
        for (int group = 0; group < matrix.groups; ++group) {
            std::generate(source.begin(), source.end(), [] { return static_cast<uint8_t>(random_byte() & 0xbb); });
            Matrix one = matrix;
            one.rows = std::min(matrix.group, matrix.rows - group * matrix.group);
            pack_group(one, type, source.data(), 0, memory.as<uint8_t>(static_cast<size_t>(group * matrix.group_bytes)), buffer.data());
        }
        matrix.data = memory.as<uint8_t>(0);
    }

    Matrix matrix;
    MemoryRegion memory;
};

struct RandomRows {
    explicit RandomRows(const Kernels& kernels)
        : floats(static_cast<size_t>(most_rows * most_columns)), bytes(floats.size()), scales(floats.size() / block_weights),
          scaled(scales.size()), sums(scales.size())
    {
        for (float& value : floats) {
            value = static_cast<float>(random_byte()) / 128.0f - 1.0f;
        }
        kernels.quantize(floats.data(), most_rows * most_columns, bytes.data(), scales.data(), scaled.data(), sums.data());
    }

    Activations view(int columns) const
    {
        return {floats.data(), columns, bytes.data(), columns, scales.data(), scaled.data(), sums.data(), columns / block_weights};
    }

    std::vector<float> floats;
    std::vector<int8_t> bytes;
    std::vector<float> scales;
    std::vector<float> scaled;
    std::vector<BlockSums> sums;
};

/// The whole product, cut as a step cuts it.
void multiply_all(const Kernels& kernels, const Matrix& matrix, const Activations& x, int rows, float* out, int64_t stride)
{
    const int slices = slices_of(matrix);
    const int groups_per_slice = slice_outputs / matrix.group;
    const Split split(rows, slices, 1);
    for (int row = 0; row < rows; row += split.rows_per_item) {
        for (int slice = 0; slice < slices; slice += split.slices_per_item) {
            const int end = std::min((slice + split.slices_per_item) * groups_per_slice, matrix.groups);
            kernels.multiply[matrix.form](
                matrix, x, {row, std::min(rows, row + split.rows_per_item), slice * groups_per_slice, end, out, stride, 0});
        }
    }
}

template <class Body>
double median_time(Body body)
{
    double begin = thread_time();
    body();
    const int repeats = static_cast<int>(shortest_run / std::max(thread_time() - begin, 1e-7)) + 1;
    std::vector<double> times;
    for (int run = 0; run < runs; ++run) {
        begin = thread_time();
        for (int i = 0; i < repeats; ++i) {
            body();
        }
        times.push_back((thread_time() - begin) / repeats);
    }
    std::nth_element(times.begin(), times.begin() + runs / 2, times.end());
    return times[runs / 2];
}

}

int main(int count, char** arguments)
{
    const KernelChoice& choice = process_kernels();
    if (choice.kernels == nullptr) {
        std::fprintf(stderr, "%s\n", choice.description.c_str());
        return 1;
    }
    const Kernels& kernels = *choice.kernels;
    std::printf("%s\n", choice.description.c_str());
    const RandomRows rows(kernels);
    std::vector<float> out;
    for (const Type& type : types) {
        for (const Shape& shape : shapes) {
            if ((count > 1 && std::strcmp(arguments[1], type.name) != 0) || (count > 2 && std::atoi(arguments[2]) != shape.columns) ||
                (count > 3 && std::atoi(arguments[3]) != shape.outputs) || (type.type == PI_TYPE_Q6_K && shape.columns % 256 != 0)) {
                continue;
            }
            const RandomMatrix weights(kernels, type.type, shape);
            // Beside every matrix, since a machine that others use too is not the same for long.
            const bench::MachinePeak machine = bench::measure_peak(1);
            const double peak = machine.best(bench::PeakKind::int8);
            std::printf("%s %d x %d: int8 peak of one thread %.0f Gop/s, read %.1f GB/s\n", type.name, shape.outputs, shape.columns,
                        peak / 1e9, machine.read() / 1e9);
            const int64_t stride = padded_width(shape.outputs);
            for (const int number : row_counts) {
                if (static_cast<int64_t>(number) * shape.outputs > (64 << 20) / 4) {
                    continue;
                }
                out.resize(static_cast<size_t>(stride * number));
                const double time = median_time(
                    [&] { multiply_all(kernels, weights.matrix, rows.view(shape.columns), number, out.data(), stride); });
                const double operations = 2.0 * shape.outputs * shape.columns * number;
                const double bytes = static_cast<double>(matrix_bytes(weights.matrix));
                std::printf("  rows %3d  %7.1f Gop/s  %5.1f %% of peak  %6.2f GB/s of weights  %5.1f %% of read bandwidth\n", number,
                            operations / time / 1e9, 100 * operations / time / peak, bytes / time / 1e9,
                            100 * bytes / time / machine.read());
                std::fflush(stdout);
            }
        }
    }
    return 0;
}
