#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <type_traits>
#include <utility>

#include "base/check.hpp"
#include "base/heap.hpp"

namespace waybill {

/// What all lists have in common: one pointer to a block of size, capacity and elements. Code that
/// knows elements only by their descriptor (the journal's) works on this.
class RawList {
 public:
  uint32_t size() const { return block_ == nullptr ? 0 : block_->size; }
  bool empty() const { return size() == 0; }
  const std::byte* raw() const { return reinterpret_cast<const std::byte*>(block_ + 1); }

  /// Memory on the heap, with elements of `stride` bytes.
  size_t heap_bytes(size_t stride) const {
    if (block_ == nullptr) return 0;
    return sizeof(Block) + size_t{block_->capacity} * stride + heap_overhead;
  }

  /// Room for one more element of `stride` bytes, at the end; the caller fills it.
  std::byte* append_raw(size_t stride) {
    const uint32_t count = size();
    if (block_ == nullptr || count == block_->capacity) {
      grow(count == 0 ? 1 : count < 4 ? count * 2 : count + count / 2, stride);
    }
    block_->size = count + 1;
    return reinterpret_cast<std::byte*>(block_ + 1) + count * stride;
  }

 protected:
  struct alignas(8) Block {
    uint32_t size;
    uint32_t capacity;
  };

  void grow(uint32_t capacity, size_t stride) {
    const uint32_t count = size();
    void* memory = std::realloc(block_, sizeof(Block) + size_t{capacity} * stride);
    check(memory != nullptr);
    block_ = static_cast<Block*>(memory);
    block_->size = count;
    block_->capacity = capacity;
  }

  Block* block_ = nullptr;
};

/// A growable array that costs one pointer when empty: rows hold many lists and most are empty.
/// Elements are trivially copyable. Compares by value.
template <class T>
class List : public RawList {
  static_assert(std::is_trivially_copyable_v<T>);
  static_assert(alignof(T) <= 8);

 public:
  List() = default;
  List(std::initializer_list<T> items) {
    for (const T& item : items) push_back(item);
  }
  List(const List& other) : RawList() { assign(other.begin(), other.size()); }
  List(List&& other) noexcept { std::swap(block_, other.block_); }
  List& operator=(const List& other) {
    if (this != &other) assign(other.begin(), other.size());
    return *this;
  }
  List& operator=(List&& other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~List() { std::free(block_); }

  T* begin() { return block_ == nullptr ? nullptr : items(); }
  T* end() { return begin() + size(); }
  const T* begin() const { return block_ == nullptr ? nullptr : items(); }
  const T* end() const { return begin() + size(); }
  T& operator[](uint32_t i) {
    check(i < size());
    return items()[i];
  }
  const T& operator[](uint32_t i) const {
    check(i < size());
    return items()[i];
  }
  T& front() { return (*this)[0]; }
  const T& front() const { return (*this)[0]; }
  T& back() { return (*this)[size() - 1]; }
  const T& back() const { return (*this)[size() - 1]; }

  /// Room for that many elements in all.
  void reserve(uint32_t capacity) {
    if (block_ == nullptr || block_->capacity < capacity) grow(capacity, sizeof(T));
  }

  void push_back(const T& item) { insert(size(), item); }

  void insert(uint32_t at, const T& item) {
    check(at <= size());
    const T copy = item;  // `item` may lie in the block that moves
    append_raw(sizeof(T));
    for (uint32_t i = size() - 1; i > at; --i) items()[i] = items()[i - 1];
    items()[at] = copy;
  }

  void erase(uint32_t at) {
    check(at < size());
    for (uint32_t i = at; i + 1 < block_->size; ++i) items()[i] = items()[i + 1];
    if (--block_->size == 0) clear();
  }

  /// Takes out every element that equals `item`.
  void remove(T item) {
    for (uint32_t i = size(); i-- > 0;) {
      if (items()[i] == item) erase(i);
    }
  }

  void clear() {
    std::free(block_);
    block_ = nullptr;
  }

  bool contains(const T& item) const {
    for (const T& own : *this) {
      if (own == item) return true;
    }
    return false;
  }

  friend bool operator==(const List& a, const List& b) {
    if (a.size() != b.size()) return false;
    for (uint32_t i = 0; i < a.size(); ++i) {
      if (!(a.items()[i] == b.items()[i])) return false;
    }
    return true;
  }

 private:
  T* items() { return reinterpret_cast<T*>(block_ + 1); }
  const T* items() const { return reinterpret_cast<const T*>(block_ + 1); }

  void assign(const T* from, uint32_t count) {
    if (count == 0) return clear();
    if (block_ == nullptr || block_->capacity < count) grow(count, sizeof(T));
    for (uint32_t i = 0; i < count; ++i) items()[i] = from[i];
    block_->size = count;
  }
};

}  // namespace waybill
