#include <algorithm>
#include <vector>

#include "base/letters.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "query/primitive_parts.hpp"

/// Members of texts. Positions count code points. What is a part of the text needs no memory
/// of its own.
namespace waybill::query::primitive {
namespace {

/// Looks for a pattern in a text that is fed to it byte by byte, in linear time whatever both are
/// (Knuth, Morris and Pratt). The pattern is not empty.
class Matcher {
 public:
  explicit Matcher(std::string_view pattern) : pattern_(pattern), borders_(pattern.size()) {
    for (size_t i = 1; i < pattern.size(); ++i) {
      feed(pattern[i]);
      borders_[i] = length_;
    }
    length_ = 0;
  }

  /// Whether the pattern ends with this byte.
  bool feed(char c) {
    while (length_ > 0 && (length_ == pattern_.size() || pattern_[length_] != c)) {
      length_ = borders_[length_ - 1];
    }
    if (pattern_[length_] == c) ++length_;
    return length_ == pattern_.size();
  }

  void restart() { length_ = 0; }
  /// How much of the pattern the fed text ends with.
  size_t length() const { return length_; }

 private:
  std::string_view pattern_;
  std::vector<size_t> borders_;  // of each prefix: its longest end that is a beginning as well
  size_t length_ = 0;
};

bool contains(std::string_view text, std::string_view part) {
  if (part.empty()) return true;
  if (part.size() > text.size()) return false;
  Matcher matcher(part);
  return std::any_of(text.begin(), text.end(), [&](char c) { return matcher.feed(c); });
}

/// Bytes of the longest end of `head` that `tail` begins with.
size_t overlap(std::string_view head, std::string_view tail) {
  const size_t most = std::min(head.size(), tail.size());
  if (most == 0) return 0;
  Matcher matcher(tail.substr(0, most));
  for (const char c : head.substr(head.size() - most)) matcher.feed(c);
  return matcher.length();
}

/// Bytes of the character at `at`; texts are well-formed.
size_t size_at(std::string_view text, size_t at) {
  return std::max<size_t>(decode_utf8(text, at).size, 1);
}

PrimitiveMember list(const View& view, const std::vector<Value>& pieces) {
  view.spend(pieces.size());
  return found(Value::values(view.arena.copy(pieces)));
}

PrimitiveMember characters(const View& view, std::string_view text) {
  std::vector<Value> all;
  for (size_t at = 0; at < text.size();) {
    const size_t size = size_at(text, at);
    all.push_back(Value::of(text.substr(at, size)));
    at += size;
  }
  return list(view, all);
}

PrimitiveMember split(const View& view, std::string_view text, std::string_view separator) {
  if (separator.empty()) return characters(view, text);
  std::vector<Value> pieces;
  Matcher matcher(separator);
  size_t begin = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (!matcher.feed(text[at])) continue;
    pieces.push_back(Value::of(text.substr(begin, at + 1 - separator.size() - begin)));
    begin = at + 1;
    matcher.restart();
  }
  pieces.push_back(Value::of(text.substr(begin)));
  PrimitiveMember out = list(view, pieces);
  out.separator_absent = pieces.size() == 1;
  return out;
}

/// A text made of each character of another.
template <class AppendCharacter>
PrimitiveMember mapped(const View& view, std::string_view text, AppendCharacter&& append) {
  Bytes out;
  for (size_t at = 0; at < text.size();) {
    const CodePoint character = decode_utf8(text, at);
    append(out, character.value);
    at += std::max<size_t>(character.size, 1);
  }
  return found(new_text(view, out));
}

uint32_t unchanged(uint32_t character) {
  return character;
}

/// A run of characters that make no word becomes one `dash`, at the ends too.
template <class Case>
PrimitiveMember joined_words(const View& view, std::string_view text, char dash, Case&& in_case) {
  bool in_word = true;
  return mapped(view, text, [&](Bytes& out, uint32_t character) {
    const bool was_in_word = in_word;
    in_word = is_word_character(character);
    if (in_word) {
      append_utf8(out, in_case(character));
    } else if (was_in_word) {
      out += dash;
    }
  });
}

std::string_view trimmed(std::string_view text) {
  size_t begin = text.size();
  size_t end = 0;
  for (size_t at = 0; at < text.size();) {
    const CodePoint character = decode_utf8(text, at);
    const size_t next = at + std::max<size_t>(character.size, 1);
    if (!is_whitespace(character.value)) {
      begin = std::min(begin, at);
      end = next;
    }
    at = next;
  }
  return begin < end ? text.substr(begin, end - begin) : std::string_view{};
}

/// Everything but RFC 3986's unreserved characters as %XX.
PrimitiveMember url_encoded(const View& view, std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  Bytes out;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    const bool unreserved =
        byte < 0x80 && (is_word_character(byte) || c == '-' || c == '.' || c == '~');
    if (unreserved) {
      out += c;
    } else {
      out += '%';
      out += hex[byte >> 4];
      out += hex[byte & 0xF];
    }
  }
  return found(new_text(view, out));
}

/// As Q-25 decodes; null if that is not UTF-8.
PrimitiveMember url_decoded(const View& view, std::string_view text) {
  Bytes out;
  append_percent_decoded(out, text);
  return find_invalid_utf8(out) ? null() : found(new_text(view, out));
}

/// RFC 4648 section 4, padded.
PrimitiveMember base64(const View& view, std::string_view text) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  Bytes out;
  for (size_t at = 0; at < text.size(); at += 3) {
    const std::string_view group = text.substr(at, 3);
    uint32_t bits = 0;
    for (size_t i = 0; i < 3; ++i) {
      bits = bits << 8 | (i < group.size() ? static_cast<uint8_t>(group[i]) : 0);
    }
    for (size_t i = 0; i < 4; ++i) {
      out += i <= group.size() ? digits[bits >> (18 - 6 * i) & 0x3F] : '=';
    }
  }
  return found(new_text(view, out));
}

PrimitiveMember boolean(std::string_view text) {
  if (text == "true") return found(Value::of(true));
  return text == "false" ? found(Value::of(false)) : null();
}

std::optional<PrimitiveMember> named_member(const View& view, std::string_view text,
                                            std::string_view name) {
  if (name == "length") {
    return found(Value::of_count(static_cast<int64_t>(count_characters(text))));
  }
  if (name == "lower" || name == "upper") {
    const auto in_case = name == "lower" ? to_lower : to_upper;
    return mapped(view, text, [&](Bytes& out, uint32_t c) { append_utf8(out, in_case(c)); });
  }
  if (name == "trimmed" || name == "tr") return found(Value::of(trimmed(text)));
  if (name == "urlEncode") return url_encoded(view, text);
  if (name == "urlDecode") return url_decoded(view, text);
  if (name == "base64") return base64(view, text);
  if (name == "splits") {
    PrimitiveMember words = split(view, text, " ");
    words.separator_absent = false;  // a single word is nothing to wonder about
    return words;
  }
  if (name == "true") return found(Value::of(!text.empty()));
  if (name == "bool") return boolean(text);
  if (name == "num" || name == "dec") {
    const auto number = Decimal::parse(text);
    if (!number) return null();
    return found(name == "num" ? Value::of_count(*number) : Value::of(*number));
  }
  if (name == "ld") return joined_words(view, text, '-', to_lower);
  if (name == "ls") return joined_words(view, text, '_', to_lower);
  if (name == "dash") return joined_words(view, text, '-', unchanged);
  if (name == "score") return joined_words(view, text, '_', unchanged);
  if (name == "fold") return mapped(view, text, append_folded);
  return std::nullopt;
}

/// Where the character at a position begins; a negative one counts from the end. One beyond an end
/// is that end.
size_t offset_of(std::string_view text, int64_t position) {
  if (position < 0) position += static_cast<int64_t>(count_characters(text));
  size_t at = 0;
  for (; position > 0 && at < text.size(); --position) at += size_at(text, at);
  return at;
}

/// `0`, `-1`; out of range null.
std::optional<PrimitiveMember> character(std::string_view text, std::string_view name) {
  const auto position = read_integer(name);
  if (!position) return std::nullopt;
  const auto length = static_cast<int64_t>(count_characters(text));
  if (*position >= length || *position < -length) return null();
  const size_t at = offset_of(text, *position);
  return found(Value::of(text.substr(at, size_at(text, at))));
}

/// `a..b`, `..b`, `a..`: what there is of it, maybe nothing.
std::optional<PrimitiveMember> range(std::string_view text, std::string_view name) {
  constexpr std::string_view dots = "..";
  const size_t at = name.find(dots);
  if (at == std::string_view::npos || name == dots) return std::nullopt;
  const std::string_view from = name.substr(0, at);
  const std::string_view to = name.substr(at + dots.size());
  const auto first = from.empty() ? 0 : read_integer(from);
  const auto last = to.empty() ? 0 : read_integer(to);
  if (!first || !last) return std::nullopt;
  const size_t begin = offset_of(text, *first);
  const size_t end = to.empty() ? text.size() : offset_of(text, *last);
  return found(Value::of(begin < end ? text.substr(begin, end - begin) : std::string_view{}));
}

PrimitiveMember joined(const View& view, std::string_view head, std::string_view tail) {
  if (head.size() + tail.size() > limits::text_bytes) return null();
  Bytes both(head);
  both += tail;
  return found(new_text(view, both));
}

PrimitiveMember operated(const View& view, std::string_view text, const Operation& operation) {
  const std::string_view operand = operation.operand;
  if (is_comparison(operation.sign)) {
    const int order = text.compare(operand);  // bytes of UTF-8 are in the order of code points
    return found(Value::of(holds(operation.sign, order)));
  }
  switch (operation.sign) {
    case Sign::contains:
      return found(Value::of(contains(text, operand)));
    case Sign::lacks:
      return found(Value::of(!contains(text, operand)));
    case Sign::plus:
      return joined(view, text, operand);
    case Sign::minus:
      return joined(view, operand, text);
    case Sign::append_once:
      return joined(view, text, operand.substr(overlap(text, operand)));
    case Sign::prepend_once:
      return joined(view, operand, text.substr(overlap(operand, text)));
    case Sign::over:
      return split(view, text, operand);
    default:
      return unknown();
  }
}

}  // namespace

PrimitiveMember member_of_text(const View& view, std::string_view text, std::string_view name) {
  if (const auto member = named_member(view, text, name)) return *member;
  if (const auto member = character(text, name)) return *member;
  if (const auto member = range(text, name)) return *member;
  return operated(view, text, read_operation(name));
}

}  // namespace waybill::query::primitive
