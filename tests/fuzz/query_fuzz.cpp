#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

#include "support/query_world.hpp"

/// Whole queries over a store with some orders. An input whose first byte is even is a query put
/// together from pieces, as its bytes pick them; else it is the text behind `/v1/`. With indexes
/// and without, the answers are the same bytes.
namespace {

using waybill::check;
using waybill::QueryWorld;

QueryWorld& world() {
  static QueryWorld* const made = [] {
    auto* own = new QueryWorld();
    std::mt19937 random(1);
    own->grow(60, [&](uint32_t below) { return static_cast<uint32_t>(random()) % below; });
    return own;
  }();
  return *made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  size_t at = 1;
  std::string target;
  if (data[0] % 2 == 0) {
    target =
        world().query([&](uint32_t below) { return at < size ? data[at++] % below : uint32_t{0}; });
  } else {
    target = "/v1/" + std::string(reinterpret_cast<const char*>(data + 1), size - 1);
    for (char& c : target) {
      if (c == '\n' || c == '\0') c = ' ';
    }
  }
  if (target.find("uuid") != std::string::npos) return 0;  // differs each time
  check(world().agrees(target));
  return 0;
}
