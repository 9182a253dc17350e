#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/hint.hpp"
#include "base/json.hpp"
#include "schema/keys.hpp"
#include "schema/value.hpp"

namespace waybill {

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
  Hints hints;
  uint64_t* uuids = nullptr;  // how many were given out

  void hint(std::string_view id, std::string at, std::string message) {
    add_hint(hints, id, std::move(at), std::move(message));
  }
};

}  // namespace waybill
