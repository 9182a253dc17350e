/// The engine natively, for comparison with WebAssembly: runs the request records of a file in
/// groups of 64, as a host would, and prints microseconds per request: the median over slices of
/// 1,000.
///
///   waybill-bench FILE    (each record: u32 size, record as in docs/formats/exchange.md)

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/little_endian.hpp"
#include "engine.hpp"

namespace {

constexpr size_t slice = 1000;
constexpr size_t group = 64;
constexpr waybill::Instant demo_time{1'733'011'200'000};  // 2024-12-01

void commit(waybill::Engine& engine) {
  if (!engine.seal().empty()) engine.confirm();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("waybill-bench FILE\n", stderr);
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::vector<std::string_view> records;
  for (size_t at = 0; at + 4 <= bytes.size();) {
    const uint32_t size = waybill::load_u32(bytes.data() + at);
    records.push_back(std::string_view(bytes).substr(at + 4, size));
    at += 4 + size;
  }
  waybill::Engine engine(1);
  engine.load_demo(demo_time);
  commit(engine);
  std::vector<double> slices;
  auto start = std::chrono::steady_clock::now();
  for (size_t i = 0; i < records.size(); ++i) {
    const std::string_view answer = engine.handle(records[i], demo_time);
    if (waybill::load_u32(answer.data()) >= 300) {
      std::fprintf(stderr, "unexpected answer: %.*s\n", static_cast<int>(answer.size()),
                   answer.data());
      return 1;
    }
    if (i % group == group - 1) commit(engine);
    if (i % slice != slice - 1) continue;
    const auto now = std::chrono::steady_clock::now();
    slices.push_back(std::chrono::duration<double, std::micro>(now - start).count() / slice);
    start = now;
  }
  if (slices.empty()) return 1;
  std::sort(slices.begin(), slices.end());
  std::printf("%.3f\n", slices[slices.size() / 2]);
  return 0;
}
