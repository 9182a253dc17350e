#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

using Hints = std::vector<Hint>;

/// Equal ids merge (H-93).
void add_hint(Hints& hints, std::string_view id, std::string at, std::string message);

}  // namespace waybill
