#pragma once

#include <cstddef>
#include <vector>

/// What blocks on the heap cost, for the engine's account of its memory.
namespace waybill {

/// What an allocator keeps beside every block, about.
inline constexpr size_t heap_overhead = 8;

template <class T>
size_t heap_bytes(const std::vector<T>& items) {
  return items.capacity() == 0 ? 0 : items.capacity() * sizeof(T) + heap_overhead;
}

}  // namespace waybill
