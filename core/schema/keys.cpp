#include "schema/keys.hpp"

#include "base/hash.hpp"

namespace waybill {

namespace {

constexpr int rounds = 4;
constexpr int half_digits = 16;

uint64_t round_value(uint64_t half, uint64_t seed, int round) {
  return mix64(half + mix64(seed + static_cast<uint64_t>(round) * 0x9e3779b97f4a7c15ULL));
}

void write_hex(char* to, uint64_t half) {
  for (int i = half_digits - 1; i >= 0; --i, half >>= 4) to[i] = "0123456789abcdef"[half & 15];
}

bool read_hex(std::string_view digits, uint64_t& out) {
  out = 0;
  for (const char c : digits) {
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) return false;
    out = out << 4 | static_cast<uint64_t>(digit);
  }
  return true;
}

}  // namespace

void Keys::append(Bytes& out, TableId table, uint32_t row) const {
  uint64_t left = static_cast<uint64_t>(table);
  uint64_t right = row;
  for (int round = 0; round < rounds; ++round) {
    const uint64_t next = left ^ round_value(right, seed_, round);
    left = right;
    right = next;
  }
  const size_t at = out.size();
  out.resize(at + 2 * half_digits);
  write_hex(out.data() + at, left);
  write_hex(out.data() + at + half_digits, right);
}

std::string Keys::text(TableId table, uint32_t row) const {
  Bytes out;
  append(out, table, row);
  return std::string(out.view());
}

std::string Keys::uuid(uint64_t number, Instant now) const {
  uint64_t left = mix64(seed_ ^ mix64(static_cast<uint64_t>(now.ms)));
  uint64_t right = mix64(left ^ number);
  left = mix64(left + right);
  left = (left & ~uint64_t{0xf000}) | 0x4000;                  // version 4
  right = (right & ~(uint64_t{3} << 62)) | uint64_t{1} << 63;  // its variant
  std::string text(2 * half_digits, '0');
  write_hex(text.data(), left);
  write_hex(text.data() + half_digits, right);
  for (const size_t dash : {size_t{20}, size_t{16}, size_t{12}, size_t{8}})
    text.insert(dash, 1, '-');
  return text;
}

std::optional<uint32_t> Keys::row(TableId table, std::string_view key) const {
  uint64_t left;
  uint64_t right;
  if (key.size() != 2 * half_digits || !read_hex(key.substr(0, half_digits), left) ||
      !read_hex(key.substr(half_digits), right)) {
    return std::nullopt;
  }
  for (int round = rounds - 1; round >= 0; --round) {
    const uint64_t previous = right ^ round_value(left, seed_, round);
    right = left;
    left = previous;
  }
  if (left != static_cast<uint64_t>(table) || right > 0xfffffffe) return std::nullopt;
  return static_cast<uint32_t>(right);
}

}  // namespace waybill
