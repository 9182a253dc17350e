#include "store/strings.hpp"

#include <cstring>

#include "base/check.hpp"
#include "base/hash.hpp"
#include "base/heap.hpp"

namespace waybill {

namespace {
constexpr uint32_t block_bytes = 64 * 1024;

uint32_t hash_of(std::string_view text) {
  return static_cast<uint32_t>(hash_bytes(text));
}
}  // namespace

Strings::Strings() : entries_(1), slots_(1024) {}

std::string_view Strings::view(Text text) const {
  check(text.id < entries_.size());
  const Entry& entry = entries_[text.id];
  return {entry.bytes, entry.size};
}

/// The slot that holds `text`, or the free one where it belongs.
uint32_t Strings::slot_of(std::string_view text, uint32_t hash) const {
  const auto mask = static_cast<uint32_t>(slots_.size() - 1);
  for (uint32_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.id == 0) return at;
    if (slot.hash == hash && same_bytes(view(Text{slot.id}), text)) return at;
  }
}

Text Strings::find(std::string_view text) const {
  return Text{slots_[slot_of(text, hash_of(text))].id};
}

Text Strings::intern(std::string_view text) {
  const uint32_t hash = hash_of(text);
  uint32_t slot = slot_of(text, hash);
  if (slots_[slot].id != 0) return Text{slots_[slot].id};
  if (entries_.size() * 3 > slots_.size() * 2) {
    grow();
    slot = slot_of(text, hash);
  }
  const auto id = static_cast<uint32_t>(entries_.size());
  entries_.push_back({keep(text), static_cast<uint32_t>(text.size())});
  slots_[slot] = {id, hash};
  return Text{id};
}

void Strings::grow() {
  std::vector<Slot> old = std::move(slots_);
  slots_.assign(old.size() * 2, {});
  const auto mask = static_cast<uint32_t>(slots_.size() - 1);
  for (const Slot& own : old) {
    if (own.id == 0) continue;
    uint32_t at = own.hash & mask;
    while (slots_[at].id != 0) at = (at + 1) & mask;
    slots_[at] = own;
  }
}

const char* Strings::keep(std::string_view text) {
  const auto size = static_cast<uint32_t>(text.size());
  if (blocks_.empty() || block_used_ + size > block_size_) {
    block_size_ = size > block_bytes ? size : block_bytes;
    blocks_.push_back(std::make_unique<char[]>(block_size_));
    block_bytes_ += block_size_ + heap_overhead;
    block_used_ = 0;
  }
  char* place = blocks_.back().get() + block_used_;
  if (size != 0) std::memcpy(place, text.data(), size);
  block_used_ += size;
  return place;
}

size_t Strings::bytes() const {
  return heap_bytes(entries_) + heap_bytes(slots_) + heap_bytes(blocks_) + block_bytes_;
}

void Strings::release(uint32_t to) {
  const auto mask = static_cast<uint32_t>(slots_.size() - 1);
  while (entries_.size() > to) {
    const std::string_view text = view(Text{mark() - 1});
    uint32_t hole = slot_of(text, hash_of(text));
    // Close the gap: move back every text of the run behind it that the gap would hide.
    for (uint32_t next = (hole + 1) & mask; slots_[next].id != 0; next = (next + 1) & mask) {
      const uint32_t home = slots_[next].hash & mask;
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        slots_[hole] = slots_[next];
        hole = next;
      }
    }
    slots_[hole] = {};
    // The newest block keeps what was cut off; it is written over only if the text lies at its end.
    if (text.data() + text.size() == blocks_.back().get() + block_used_) {
      block_used_ -= static_cast<uint32_t>(text.size());
    }
    entries_.pop_back();
  }
}

}  // namespace waybill
