#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "base/digits.hpp"
#include "base/limits.hpp"
#include "base/little_endian.hpp"

namespace waybill {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

// A word holds eight characters at once; these are the same byte eight times.
constexpr uint64_t each_byte(uint8_t byte) {
  return uint64_t{0x0101010101010101} * byte;
}
constexpr uint64_t high_bits = each_byte(0x80);

/// A bit is set for the first byte of `word` that is zero (and maybe for some behind it).
constexpr uint64_t first_zero_byte(uint64_t word) {
  return (word - each_byte(1)) & ~word & high_bits;
}

constexpr bool needs_json_escape(uint8_t byte) {
  return byte < 0x20 || byte == '"' || byte == '\\';
}

/// Offset of the first character at or behind `from` that a JSON string cannot hold as it is.
size_t find_json_escape(std::string_view text, size_t from) {
  for (; from + 8 <= text.size(); from += 8) {
    const uint64_t word = load_u64(text.data() + from);
    const uint64_t control = (word - each_byte(0x20)) & ~word & high_bits;
    const uint64_t found =
        control | first_zero_byte(word ^ each_byte('"')) | first_zero_byte(word ^ each_byte('\\'));
    if (found != 0) return from + static_cast<size_t>(std::countr_zero(found)) / 8;
  }
  while (from < text.size() && !needs_json_escape(static_cast<uint8_t>(text[from]))) ++from;
  return from;
}

void append_unicode_escape(Bytes& out, uint32_t code_unit) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += hex_digits[(code_unit >> shift) & 0xF];
}

void append_json_escape(Bytes& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\b':
      out += "\\b";
      break;
    case '\t':
      out += "\\t";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\f':
      out += "\\f";
      break;
    case '\r':
      out += "\\r";
      break;
    default:
      append_unicode_escape(out, static_cast<uint8_t>(c));
  }
}

void append_utf16_escapes(Bytes& out, uint32_t code_point) {
  if (code_point < 0x10000) {
    append_unicode_escape(out, code_point);
    return;
  }
  append_unicode_escape(out, 0xD800 + ((code_point - 0x10000) >> 10));
  append_unicode_escape(out, 0xDC00 + ((code_point - 0x10000) & 0x3FF));
}

/// The value of a hexadecimal digit, or 16.
constexpr unsigned hex_value(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return 16;
}

/// What a character may be part of: bit 0, 1 and 2 for the three segments of a namespaced key.
constexpr auto key_segments = [] {
  std::array<uint8_t, 256> segments{};
  for (size_t c = 0; c < segments.size(); ++c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool word = letter || (c >= '0' && c <= '9') || c == '_';
    segments[c] = word ? 0b111 : c == '-' ? 0b110 : c == '$' ? 0b100 : 0;
  }
  return segments;
}();

}  // namespace

size_t count_characters(std::string_view text) {
  size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

std::optional<size_t> find_invalid_utf8(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    if (at + 8 <= text.size() && (load_u64(text.data() + at) & high_bits) == 0) {
      at += 8;
      continue;
    }
    const size_t size = decode_utf8(text, at).size;
    if (size == 0) return at;
    at += size;
  }
  return std::nullopt;
}

CodePoint decode_utf8(std::string_view text, size_t at) {
  const auto first = static_cast<uint8_t>(text[at]);
  if (first < 0x80) return {first, 1};
  const auto size = static_cast<size_t>(std::countl_one(first));  // 1 for a continuation byte
  if (size < 2 || size > 4 || text.size() - at < size) return {};
  uint32_t value = first & (0x7Fu >> size);
  for (const char c : text.substr(at + 1, size - 1)) {
    const auto byte = static_cast<uint8_t>(c);
    if ((byte & 0xC0) != 0x80) return {};
    value = value << 6 | (byte & 0x3F);
  }
  constexpr std::array<uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < smallest[size] || value > 0x10FFFF || surrogate) return {};
  return {value, size};
}

void append_utf8(Bytes& out, uint32_t code_point) {
  const auto continuation = [&](int shift) {
    out += static_cast<char>(0x80 | (code_point >> shift & 0x3F));
  };
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0 | code_point >> 6);
    continuation(0);
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0 | code_point >> 12);
    continuation(6);
    continuation(0);
  } else {
    out += static_cast<char>(0xF0 | code_point >> 18);
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

void append_percent_decoded(Bytes& out, std::string_view text) {
  for (;;) {
    const size_t percent = std::min(text.find('%'), text.size());
    out += text.substr(0, percent);
    text.remove_prefix(percent);
    if (text.empty()) return;
    const unsigned high = text.size() > 2 ? hex_value(text[1]) : 16;
    const unsigned low = text.size() > 2 ? hex_value(text[2]) : 16;
    const bool encoded = high < 16 && low < 16;
    out += encoded ? static_cast<char>(high << 4 | low) : '%';
    text.remove_prefix(encoded ? 3 : 1);
  }
}

void append_json_string(Bytes& out, std::string_view text) {
  out += '"';
  for (size_t at = 0;;) {
    const size_t escape = find_json_escape(text, at);
    out += text.substr(at, escape - at);
    if (escape == text.size()) break;
    append_json_escape(out, text[escape]);
    at = escape + 1;
  }
  out += '"';
}

void append_json_string_ascii(Bytes& out, std::string_view text) {
  out += '"';
  for (size_t at = 0; at < text.size();) {
    const CodePoint code_point = decode_utf8(text, at);
    if (code_point.value >= 0x7F) {  // DEL is ASCII, but a header field may not hold it
      append_utf16_escapes(out, code_point.value);
    } else if (needs_json_escape(static_cast<uint8_t>(text[at]))) {
      append_json_escape(out, text[at]);
    } else {
      out += text[at];
    }
    at += std::max<size_t>(code_point.size, 1);
  }
  out += '"';
}

namespace {
constexpr std::string_view base64url_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
}

void append_base64url(std::string& out, std::string_view bytes) {
  uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) out += base64url_digits[bits >> (count - 6) & 63];
  }
  if (count > 0) out += base64url_digits[bits << (6 - count) & 63];
}

bool append_base64url_decoded(Bytes& out, std::string_view text) {
  const size_t padding = text.size() - (text.find_last_not_of('=') + 1);
  if (padding > 2 || (padding > 0 && text.size() % 4 != 0)) return false;
  text.remove_suffix(padding);
  if (text.size() % 4 == 1) return false;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const size_t digit = base64url_digits.find(c);
    if (digit == std::string_view::npos) return false;
    bits = bits << 6 | static_cast<uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 255);
  }
  return true;
}

void append_uint(Bytes& out, uint64_t value) {
  char buffer[max_uint64_digits];
  char* const end = buffer + sizeof buffer;
  const char* const begin = write_digits_before(end, value);
  out += {begin, static_cast<size_t>(end - begin)};
}

bool is_namespaced_key(std::string_view key) {
  if (key.size() > limits::identifier_key_chars) return false;
  constexpr int last_segment = 2;
  int segment = 0;
  bool empty = true;
  for (const char c : key) {
    if (c == '.' && !empty && segment < last_segment) {
      ++segment;
      empty = true;
    } else if ((key_segments[static_cast<uint8_t>(c)] >> segment & 1) != 0) {
      empty = false;
    } else {
      return false;
    }
  }
  return segment == last_segment && !empty;
}

size_t edit_distance(std::string_view a, std::string_view b) {
  // Levenshtein's table, one row at a time: row[j] is the distance of a[0, i) and b[0, j).
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace waybill
