/// The engine for JavaScript: the class `Engine` of docs/formats/exchange.md. Bytes go through the
/// buffers that the exchange block names, because Embind is slow at strings; only numbers cross
/// here.

#include <emscripten/bind.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/check.hpp"
#include "exchange.hpp"

namespace {

using waybill::Instant;

/// JavaScript has no integers: the time comes as a double that holds one.
Instant instant_of_number(double ms) {
  constexpr double first_not_exact = 9007199254740992.0;  // 2^53
  waybill::check(ms >= 0 && ms < first_not_exact);
  const auto whole = static_cast<uint64_t>(ms);
  waybill::check(static_cast<double>(whole) == ms);
  return waybill::instant_of_host(whole);
}

uint64_t seed_of_text(const std::string& text) {
  const std::optional<uint64_t> seed = waybill::parse_seed(text);
  waybill::check(seed.has_value());
  return *seed;
}

class JsEngine : public waybill::Exchange {
 public:
  explicit JsEngine(const std::string& seed) : Exchange(seed_of_text(seed)) {}

  uint32_t exchange() const { return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(&block())); }
  void handle_at(uint32_t size, double now) { handle(size, instant_of_number(now)); }
  void tick_at(double now) { tick(instant_of_number(now)); }
  void load_demo_at(double now) { load_demo(instant_of_number(now)); }
};

}  // namespace

EMSCRIPTEN_BINDINGS(waybill) {
  emscripten::class_<JsEngine>("Engine")
      .constructor<const std::string&>()
      .function("exchange", &JsEngine::exchange)
      .function("reserve", &JsEngine::reserve)
      .function("handle", &JsEngine::handle_at)
      .function("tick", &JsEngine::tick_at)
      .function("loadDemo", &JsEngine::load_demo_at)
      .function("seal", &JsEngine::seal)
      .function("confirm", &JsEngine::confirm)
      .function("revert", &JsEngine::revert)
      .function("replayBegin", &JsEngine::replay_begin)
      .function("replay", &JsEngine::replay)
      .function("replayEnd", &JsEngine::replay_end)
      .function("segmentHeader", &JsEngine::segment_header)
      .function("snapshotBegin", &JsEngine::snapshot_begin)
      .function("snapshotNext", &JsEngine::snapshot_next);
}
