#pragma once

#include <string>

#include "base/bytes.hpp"

namespace waybill {

/// What `write(Bytes&)` appends, for tests that compare texts.
template <class Write>
std::string written(Write&& write) {
  Bytes out;
  write(out);
  return std::string(out.view());
}

}  // namespace waybill
