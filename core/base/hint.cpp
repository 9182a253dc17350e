#include "base/hint.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace waybill {

void add_hint(Hints& hints, std::string_view id, std::string at, std::string message) {
  auto own =
      std::find_if(hints.begin(), hints.end(), [&](const Hint& hint) { return hint.id == id; });
  if (own == hints.end()) own = hints.insert(hints.end(), Hint{id, 0, {}});
  ++own->times;
  if (own->places.size() < limits::listed)
    own->places.push_back({std::move(at), std::move(message)});
}

}  // namespace waybill
