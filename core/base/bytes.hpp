#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.hpp"

namespace waybill {

/// A growing run of bytes that output is appended to: answers, frames, rows of the journal. What
/// std::string would do, but short appends are inlined (in WebAssembly std::string calls a function
/// for each character), and `clear` keeps the memory for the next answer.
class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(std::string_view text) { append(text); }
  Bytes(const Bytes& other) : Bytes(other.view()) {}
  Bytes(Bytes&& other) noexcept { swap(other); }
  ~Bytes() { std::free(bytes_); }
  Bytes& operator=(const Bytes& other) {
    if (this != &other) assign(other);
    return *this;
  }
  Bytes& operator=(Bytes&& other) noexcept {
    swap(other);
    return *this;
  }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  char* data() { return bytes_; }
  const char* data() const { return bytes_; }
  char& operator[](size_t at) { return bytes_[at]; }
  char back() const { return bytes_[size_ - 1]; }
  std::string_view view() const { return {bytes_, size_}; }
  operator std::string_view() const { return view(); }  // NOLINT: that is what it is for

  /// Gives the memory back only if it is a lot.
  void clear() {
    size_ = 0;
    if (capacity_ <= kept_capacity) return;
    std::free(bytes_);
    bytes_ = nullptr;
    capacity_ = 0;
  }
  /// Room for `more` bytes behind the end.
  void reserve(size_t more) {
    if (capacity_ - size_ < more) grow(more);
  }
  /// New bytes at the end are not set.
  void resize(size_t size) {
    if (size > size_) reserve(size - size_);
    size_ = size;
  }

  Bytes& operator+=(char c) {
    reserve(1);
    bytes_[size_++] = c;
    return *this;
  }
  Bytes& operator+=(std::string_view text) { return append(text); }

  Bytes& append(std::string_view text) {
    reserve(text.size());
    copy_short(bytes_ + size_, text.data(), text.size());
    size_ += text.size();
    return *this;
  }
  void append_repeated(size_t count, char c) {
    if (count == 0) return;  // there may be no memory yet
    reserve(count);
    std::memset(bytes_ + size_, c, count);
    size_ += count;
  }
  void assign(std::string_view text) {
    clear();
    append(text);
  }
  /// Puts `text` in front of the byte at `at`.
  void insert(size_t at, std::string_view text) {
    const size_t behind = size_ - at;
    resize(size_ + text.size());
    std::memmove(bytes_ + at + text.size(), bytes_ + at, behind);
    std::memcpy(bytes_ + at, text.data(), text.size());
  }

  friend bool operator==(const Bytes& a, std::string_view b) { return a.view() == b; }

 private:
  void swap(Bytes& other) {
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  /// Most pieces are a few bytes: two overlapping words are cheaper than a call of memcpy.
  static void copy_short(char* to, const char* from, size_t size) {
    if (size > 16) {
      std::memcpy(to, from, size);
    } else if (size >= 8) {
      copy_ends<uint64_t>(to, from, size);
    } else if (size >= 4) {
      copy_ends<uint32_t>(to, from, size);
    } else if (size >= 2) {
      copy_ends<uint16_t>(to, from, size);
    } else if (size == 1) {
      *to = *from;
    }
  }
  template <class Word>
  static void copy_ends(char* to, const char* from, size_t size) {
    Word first;
    Word last;
    std::memcpy(&first, from, sizeof(Word));
    std::memcpy(&last, from + size - sizeof(Word), sizeof(Word));
    std::memcpy(to, &first, sizeof(Word));
    std::memcpy(to + size - sizeof(Word), &last, sizeof(Word));
  }

  [[gnu::noinline]] void grow(size_t more) {
    constexpr size_t first_capacity = 64;
    size_t capacity = capacity_ * 2 < first_capacity ? first_capacity : capacity_ * 2;
    if (capacity < size_ + more) capacity = size_ + more;
    auto* bytes = static_cast<char*>(std::realloc(bytes_, capacity));
    check(bytes != nullptr);
    bytes_ = bytes;
    capacity_ = capacity;
  }

  static constexpr size_t kept_capacity = 1024 * 1024;

  char* bytes_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace waybill
