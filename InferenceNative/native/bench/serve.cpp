#include "serve.h"

#include <cstdio>
#include <iostream>
#include <map>
#include <string>

#include "error.h"
#include "json_writer.h"

namespace preble::bench {

void serve(const BenchSession& session)
{
    const auto answer = [](const JsonWriter& json) {
        std::printf("%s\n", json.text().c_str());
        std::fflush(stdout);
    };
    answer(JsonWriter().begin_object().field("ready", pi_runtime_description()).field("weightBytes", session.weight_bytes()).end_object());
    std::map<std::string, std::unique_ptr<CaseRun>> prepared;
    for (std::string line; std::getline(std::cin, line);) {
        const std::optional<BenchCase> what = parse_case(line);
        if (!what) {
            throw Error(PI_INVALID_ARGUMENT, "\"" + line + "\" is no case's name");
        }
        std::unique_ptr<CaseRun>& run = prepared[line];
        if (run == nullptr) {
            run = session.prepare(*what);
            run->measure();
        }
        const Cost cost = run->measure();
        answer(JsonWriter().begin_object().field("case", line).field("seconds", cost.wall).field("cpuSeconds", cost.cpu)
                   .field("tokensPerSecond", run->tokens_of_a_round() / cost.wall).end_object());
    }
}

}
