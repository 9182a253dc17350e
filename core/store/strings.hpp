#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace waybill {

/// A text that is kept once: equal texts have equal ids. Id 0 is "no text"; "" has an id of its
/// own.
struct Text {
  uint32_t id = 0;
  explicit operator bool() const { return id != 0; }
  friend bool operator==(Text, Text) = default;
};

/// The texts of an engine. Texts are only added, in order, so undoing means cutting off the newest.
class Strings {
 public:
  Strings();

  Text intern(std::string_view text);
  /// The text if it is known, else Text{}: look-ups leave nothing behind.
  Text find(std::string_view text) const;
  std::string_view view(Text text) const;

  uint32_t mark() const { return static_cast<uint32_t>(entries_.size()); }
  /// Memory on the heap.
  size_t bytes() const;
  /// Forgets every text added since `mark()` gave `to`.
  void release(uint32_t to);

 private:
  struct Entry {
    const char* bytes;
    uint32_t size;
  };
  /// Open addressing; the hash tells most other texts apart without looking at them.
  struct Slot {
    uint32_t id = 0;  // 0: free
    uint32_t hash = 0;
  };
  uint32_t slot_of(std::string_view text, uint32_t hash) const;
  void grow();
  const char* keep(std::string_view text);

  std::vector<Entry> entries_;
  std::vector<Slot> slots_;  // a power of two of them
  std::vector<std::unique_ptr<char[]>> blocks_;
  size_t block_bytes_ = 0;  // of all blocks
  uint32_t block_used_ = 0;
  uint32_t block_size_ = 0;
};

}  // namespace waybill
