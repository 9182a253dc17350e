#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "generator.hpp"
#include "history.hpp"

/// Histories of commands, run on the engine and on the model of chapters 3 and 4, which must agree.
namespace waybill::model {
namespace {

struct Options {
  uint64_t seed = 1;
  uint64_t operations = 100'000;
  uint64_t minutes = 0;  // instead of operations
  uint64_t length = 200;
  bool stats = false;
};

constexpr const char* help = R"(model-tests [options]

  --seed N         the first history's seed; each further one has the next (default 1)
  --operations N   how many commands at least (default 100000)
  --minutes N      for so long instead
  --length N       commands of one history (default 200)
  --stats          what was accepted and what was refused, by command
)";

std::optional<Options> read_options(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view name = arguments[i];
    if (name == "--stats") {
      options.stats = true;
      continue;
    }
    uint64_t* const value = name == "--seed"         ? &options.seed
                            : name == "--operations" ? &options.operations
                            : name == "--minutes"    ? &options.minutes
                            : name == "--length"     ? &options.length
                                                     : nullptr;
    if (value == nullptr || i + 1 == count) return std::nullopt;
    *value = std::strtoull(arguments[++i], nullptr, 10);
  }
  return options;
}

struct Outcome {
  std::string failure;  // empty: none
  std::string log;
  std::vector<Step> steps;
};

/// Makes up and runs one history, up to its end or its first failure.
Outcome run_history(const std::string& world, uint64_t seed, uint64_t length, Tallies& tallies) {
  History history(world);
  Generator generator(seed);
  Outcome outcome;
  while (outcome.failure.empty() && outcome.steps.size() < length) {
    outcome.steps.push_back(generator.next(history.model(), outcome.steps));
    outcome.failure = history.run(outcome.steps.back(), tallies);
  }
  if (outcome.failure.empty()) outcome.failure = history.check_all();
  outcome.log = history.log();
  return outcome;
}

Outcome replay(const std::string& world, std::vector<Step> steps) {
  History history(world);
  Tallies tallies;
  Outcome outcome;
  for (const Step& step : steps) {
    outcome.failure = history.run(step, tallies);
    if (!outcome.failure.empty()) break;
  }
  if (outcome.failure.empty()) outcome.failure = history.check_all();
  outcome.log = history.log();
  outcome.steps = std::move(steps);
  return outcome;
}

/// Leaves out what is not needed to fail: halves first, single steps at last.
Outcome shrink(const std::string& world, Outcome failed) {
  for (size_t size = failed.steps.size() / 2; size > 0; size /= 2) {
    for (size_t end = failed.steps.size(); end >= size; end -= size) {
      std::vector<Step> fewer = failed.steps;
      const auto at = fewer.begin() + static_cast<ptrdiff_t>(end - size);
      fewer.erase(at, at + static_cast<ptrdiff_t>(size));
      Outcome outcome = replay(world, std::move(fewer));
      if (!outcome.failure.empty()) failed = std::move(outcome);
      if (end > failed.steps.size() + size) end = failed.steps.size() + size;
      if (end < size) break;
    }
  }
  return failed;
}

void print(const Tallies& tallies) {
  std::printf("%-16s %9s %9s  refused with\n", "command", "accepted", "refused");
  for (const auto& [name, tally] : tallies) {
    uint64_t refused = 0;
    std::string codes;
    for (const auto& [code, count] : tally.refused) {
      refused += count;
      codes += " " + code + " " + std::to_string(count);
    }
    std::printf("%-16s %9llu %9llu %s\n", name.c_str(),
                static_cast<unsigned long long>(tally.accepted),
                static_cast<unsigned long long>(refused), codes.c_str());
  }
}

int run(const Options& options) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  const std::string world = journal_of_world();
  Tallies tallies;
  uint64_t operations = 0;
  uint64_t histories = 0;
  std::printf("seed %llu\n", static_cast<unsigned long long>(options.seed));
  while (options.minutes > 0 ? seconds() < 60.0 * static_cast<double>(options.minutes)
                             : operations < options.operations) {
    const uint64_t seed = options.seed + histories;
    Outcome outcome = run_history(world, seed, options.length, tallies);
    operations += outcome.steps.size();
    ++histories;
    if (outcome.failure.empty()) continue;
    const Outcome shrunk = shrink(world, outcome);
    std::printf("%s\n\nFAILED: %s\nseed %llu, after %zu commands, of which these are enough:\n%s\n",
                outcome.failure.c_str(), "the engine and the model differ",
                static_cast<unsigned long long>(seed), outcome.steps.size(), shrunk.log.c_str());
    std::printf("%s\n", shrunk.failure.c_str());
    return 1;
  }
  if (options.stats) print(tallies);
  std::printf("%llu commands in %llu histories, %.1f s: the engine and the model agree\n",
              static_cast<unsigned long long>(operations),
              static_cast<unsigned long long>(histories), seconds());
  return 0;
}

}  // namespace
}  // namespace waybill::model

int main(int count, char** arguments) {
  const auto options = waybill::model::read_options(count, arguments);
  if (!options) {
    std::fputs(waybill::model::help, stderr);
    return 2;
  }
  return waybill::model::run(*options);
}
