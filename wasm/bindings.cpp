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

using waybill::Exchange;
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

Exchange* create(const std::string& seed) {
  return new Exchange(seed_of_text(seed));
}

uint32_t exchange(const Exchange& engine) {
  return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(&engine.block()));
}

void handle(Exchange& engine, uint32_t size, double now) {
  engine.handle(size, instant_of_number(now));
}

void tick(Exchange& engine, double now) {
  engine.tick(instant_of_number(now));
}

void load_demo(Exchange& engine, double now) {
  engine.load_demo(instant_of_number(now));
}

}  // namespace

EMSCRIPTEN_BINDINGS(waybill) {
  emscripten::class_<Exchange>("Engine")
      .constructor(&create, emscripten::allow_raw_pointers())
      .function("exchange", &exchange)
      .function("reserve", &Exchange::reserve)
      .function("handle", &handle)
      .function("tick", &tick)
      .function("loadDemo", &load_demo)
      .function("seal", &Exchange::seal)
      .function("confirm", &Exchange::confirm)
      .function("revert", &Exchange::revert)
      .function("replayBegin", &Exchange::replay_begin)
      .function("replay", &Exchange::replay)
      .function("replayEnd", &Exchange::replay_end)
      .function("segmentHeader", &Exchange::segment_header)
      .function("snapshotBegin", &Exchange::snapshot_begin)
      .function("snapshotNext", &Exchange::snapshot_next)
      .function("memory", &Exchange::memory)
      .function("verify", &Exchange::verify);
}
