#include "check.h"
#include "engine/engine.h"
#include "test_engine.h"

using namespace preble;
using namespace preble::testing;

namespace {

void wait_a_tick()
{
    const auto begin = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() == begin) {
    }
}

}

TEST("a step's time is told apart by operator only while it is measured")
{
    const SyntheticModel source(SyntheticModel::Shape{});
    const LoadedModel model(source, PI_WEIGHTS_NATIVE);
    TestEngine engine(model, 4, 0);
    const std::vector<TestChunk> prompt = {{{1, 2, 3, 4}, 0, {0}}};
    OperatorTimes times;
    engine.step(prompt);
    CHECK(times.of(Operator::linear).wall == 0);
    engine.handle->measure(&times);
    engine.step(prompt);
    for (const Operator kind : {Operator::linear, Operator::attention, Operator::head}) {
        CHECK(times.of(kind).wall > 0);
    }
    engine.handle->measure(nullptr);
    const double before = times.of(Operator::linear).wall;
    engine.step(prompt);
    CHECK(times.of(Operator::linear).wall == before);
}

TEST("of operators inside each other the outer one counts")
{
    OperatorTimes times;
    {
        const OperatorTimer head(&times, Operator::head);
        const OperatorTimer linear(&times, Operator::linear);
        wait_a_tick();
    }
    CHECK(times.of(Operator::linear).wall == 0);
    CHECK(times.of(Operator::head).wall > 0);
    {
        const OperatorTimer linear(&times, Operator::linear);
        wait_a_tick();
    }
    CHECK(times.of(Operator::linear).wall > 0);
}
