#include "forward/linear.h"

namespace preble {
namespace {

// A multiple of the tiles of all kernels; this many rows of activations stay in the second-level cache beside a few slices of weights.
constexpr int most_rows_of_an_item = 120;
constexpr int rows_of_whole_tiles = 12;
constexpr int most_slices_of_an_item = 16;
constexpr int slices_of_a_prefill_item = 2;

/// Enough items that a thread which is disturbed does not hold up the others, few enough that claiming them costs little. A few rows do so
/// little work on a weight that its way from memory counts, and that is shorter in long runs: measured at 1, 4 and 16 rows.
constexpr int items_per_thread(int rows)
{
    return rows <= 2 ? 2 : rows <= 8 ? 4 : 8;
}

}

Split::Split(int rows, int slices, int threads)
{
    // An expert that nobody chose has no rows, and is still asked how it would be cut.
    row_items = std::max(1, (rows + most_rows_of_an_item - 1) / most_rows_of_an_item);
    // Items of about the same size, in whole tiles of most kernels.
    rows_per_item = std::min(rows, ((rows + row_items - 1) / row_items + rows_of_whole_tiles - 1) / rows_of_whole_tiles * rows_of_whole_tiles);
    const int most = rows > most_rows_of_an_item / 2 ? slices_of_a_prefill_item : most_slices_of_an_item;
    slices_per_item = std::clamp(slices * row_items / (threads * items_per_thread(rows)), 1, most);
}

void multiply_slices(const Step& step, const Product& product, const Activations& x, int row_begin, int row_end, int first, int count)
{
    const Matrix& matrix = product.matrix;
    const int groups_per_slice = slice_outputs / matrix.group;
    const int begin = first * groups_per_slice;
    const int end = std::min(begin + count * groups_per_slice, matrix.groups);
    step.kernels().multiply[matrix.form](matrix, x,
                                         {row_begin, row_end, begin, end, product.out.data, product.out.stride, product.accumulate});
}

void multiply(const Step& step, std::span<const Product> products, const Activations& x, int rows)
{
    const OperatorTimer timer(step.times, Operator::linear);
    int slices = 0;
    for (const Product& product : products) {
        slices += slices_of(product.matrix);
    }
    const Split split(rows, slices, step.pool.threads());
    const auto items_of = [&](const Product& product) {
        return (slices_of(product.matrix) + split.slices_per_item - 1) / split.slices_per_item;
    };
    int items = 0;
    for (const Product& product : products) {
        items += items_of(product);
    }
    step.pool.run(items * split.row_items, [&](int item, int) {
        const int row_begin = item / items * split.rows_per_item;
        int index = item % items;
        for (const Product& product : products) {
            if (index < items_of(product)) {
                const int first = index * split.slices_per_item;
                const int count = std::min(split.slices_per_item, slices_of(product.matrix) - first);
                multiply_slices(step, product, x, row_begin, std::min(rows, row_begin + split.rows_per_item), first, count);
                return;
            }
            index -= items_of(product);
        }
    });
}

}
