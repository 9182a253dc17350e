#pragma once

#include <cstddef>

namespace waybill {

/// What a store holds on the heap, in bytes; what waits to be confirmed is left out.
struct MemoryUse {
  size_t rows = 0;     // with what their lists hold
  size_t strings = 0;  // the texts, and what finds them
  size_t indexes = 0;
};

}  // namespace waybill
