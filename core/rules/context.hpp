#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "schema/keys.hpp"
#include "schema/value.hpp"

namespace waybill {

/// A compatible answer that hides a likely mistake (H-92); `id` is that of the trap.
struct Hint {
  struct Place {
    std::string at;
    std::string message;
  };
  std::string_view id;
  uint32_t times = 0;
  std::vector<Place> places;  // the first of them, limits::listed at most
};

/// What a rule works with: the rows, the time, the request's JSON, and where it reports hints.
class Context {
 public:
  Context(Store& store, const Keys& keys, Arena& arena, const JsonDocument& json, Instant now)
      : store(store), keys(keys), json(json), now(now), view(store, keys, arena, now) {}

  Store& store;
  const Keys& keys;
  const JsonDocument& json;
  Instant now;
  View view;
  std::string_view root = "/v1/";  // as the request wrote it; URLs in answers begin with it
  std::vector<Hint> hints;

  /// Equal ids merge (H-93).
  void hint(std::string_view id, std::string at, std::string message);
};

}  // namespace waybill
