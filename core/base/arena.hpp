#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace waybill {

/// Memory for what lives as long as one request: handed out by bumping a pointer, taken back all at
/// once. Some blocks are kept for the next request, so that steady work allocates nothing.
class Arena {
 public:
  void reset() {
    block_ = 0;
    used_ = 0;
    if (!has_large_ && blocks_.size() <= kept_blocks) return;
    std::erase_if(blocks_, [](const Block& block) { return block.size > block_bytes; });
    if (blocks_.size() > kept_blocks) blocks_.resize(kept_blocks);
    has_large_ = false;
  }

  template <class T>
  T* make(T value = {}) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T), alignof(T))) T(value);
  }

  /// Makes a T in place.
  template <class T, class... Arguments>
  T* place(Arguments&&... arguments) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T), alignof(T))) T(std::forward<Arguments>(arguments)...);
  }

  template <class T>
  std::span<T> copy(std::span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (items.empty()) return {};
    void* memory = allocate(items.size_bytes(), alignof(T));
    std::memcpy(memory, items.data(), items.size_bytes());
    return {static_cast<T*>(memory), items.size()};
  }

  template <class T>
  std::span<T> copy(const std::vector<T>& items) {
    return copy(std::span<const T>(items));
  }

  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    void* memory = allocate(text.size(), 1);
    std::memcpy(memory, text.data(), text.size());
    return {static_cast<const char*>(memory), text.size()};
  }

 private:
  static constexpr size_t block_bytes = 16 * 1024;
  static constexpr size_t kept_blocks = 64;
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    size_t size;
  };

  void* allocate(size_t size, size_t align) {
    while (true) {
      if (block_ < blocks_.size()) {
        const size_t at = (used_ + align - 1) / align * align;
        if (at + size <= blocks_[block_].size) {
          used_ = at + size;
          return blocks_[block_].bytes.get() + at;
        }
        ++block_;
        used_ = 0;
        continue;
      }
      const size_t wanted = size + align > block_bytes ? size + align : block_bytes;
      has_large_ = has_large_ || wanted > block_bytes;
      blocks_.push_back({std::make_unique<std::byte[]>(wanted), wanted});
    }
  }

  std::vector<Block> blocks_;
  size_t block_ = 0;
  size_t used_ = 0;
  bool has_large_ = false;
};

}  // namespace waybill
