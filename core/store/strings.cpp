#include "store/strings.hpp"

#include <cstring>

#include "base/check.hpp"
#include "base/hash.hpp"

namespace waybill {

namespace {
constexpr uint32_t block_bytes = 64 * 1024;
}

Strings::Strings() : entries_(1), slots_(1024) {}

std::string_view Strings::view(Text text) const {
  check(text.id < entries_.size());
  const Entry& entry = entries_[text.id];
  return {entry.bytes, entry.size};
}

/// The slot that holds `text`, or the free one where it belongs.
uint32_t Strings::slot_of(std::string_view text) const {
  const auto mask = static_cast<uint32_t>(slots_.size() - 1);
  auto slot = static_cast<uint32_t>(hash_bytes(text)) & mask;
  while (slots_[slot] != 0 && !same_bytes(view(Text{slots_[slot]}), text)) slot = (slot + 1) & mask;
  return slot;
}

Text Strings::find(std::string_view text) const {
  return Text{slots_[slot_of(text)]};
}

Text Strings::intern(std::string_view text) {
  uint32_t slot = slot_of(text);
  if (slots_[slot] != 0) return Text{slots_[slot]};
  if (entries_.size() * 4 > slots_.size() * 3) {
    grow();
    slot = slot_of(text);
  }
  const auto id = static_cast<uint32_t>(entries_.size());
  entries_.push_back({keep(text), static_cast<uint32_t>(text.size())});
  slots_[slot] = id;
  return Text{id};
}

void Strings::grow() {
  slots_.assign(slots_.size() * 2, 0);
  for (uint32_t id = 1; id < entries_.size(); ++id) slots_[slot_of(view(Text{id}))] = id;
}

const char* Strings::keep(std::string_view text) {
  const auto size = static_cast<uint32_t>(text.size());
  if (blocks_.empty() || block_used_ + size > block_size_) {
    block_size_ = size > block_bytes ? size : block_bytes;
    blocks_.push_back(std::make_unique<char[]>(block_size_));
    block_used_ = 0;
  }
  char* place = blocks_.back().get() + block_used_;
  if (size != 0) std::memcpy(place, text.data(), size);
  block_used_ += size;
  return place;
}

void Strings::release(uint32_t to) {
  const auto mask = static_cast<uint32_t>(slots_.size() - 1);
  while (entries_.size() > to) {
    const std::string_view text = view(Text{mark() - 1});
    uint32_t hole = slot_of(text);
    // Close the gap: move back every text of the run behind it that the gap would hide.
    for (uint32_t next = (hole + 1) & mask; slots_[next] != 0; next = (next + 1) & mask) {
      const auto home = static_cast<uint32_t>(hash_bytes(view(Text{slots_[next]}))) & mask;
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        slots_[hole] = slots_[next];
        hole = next;
      }
    }
    slots_[hole] = 0;
    // The newest block keeps what was cut off; it is written over only if the text lies at its end.
    if (text.data() + text.size() == blocks_.back().get() + block_used_) {
      block_used_ -= static_cast<uint32_t>(text.size());
    }
    entries_.pop_back();
  }
}

}  // namespace waybill
