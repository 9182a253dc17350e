#include "base/text.hpp"
#include "query/parser_reader.hpp"

/// Characters, leaves and separators: the lowest layer of the Reader.
namespace waybill::query {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Reader::Character Reader::encoded_character_at(uint32_t pos, uint32_t end) const {
  if (pos >= end) return {'\0', 0};
  if (raw_[pos] != '%' || end - pos < 3) return {raw_[pos], 1};
  const int high = hex_value(raw_[pos + 1]);
  const int low = hex_value(raw_[pos + 2]);
  if (high < 0 || low < 0) return {'%', 1};
  return {static_cast<char>(high * 16 + low), 3};
}

/// The character that ends at `pos`, decoded likewise; NUL at `begin`.
char Reader::character_before(uint32_t pos, uint32_t begin) const {
  if (pos == begin) return '\0';
  if (pos - begin >= 3) {
    const Character encoded = character_at(pos - 3, pos);
    if (encoded.size == 3) return encoded.value;
  }
  return raw_[pos - 1];
}

/// Bytes of the blank at `pos`, 0 if there is none.
uint32_t Reader::blank_at(uint32_t pos, uint32_t end) const {
  const Character c = character_at(pos, end);
  return c.value == ' ' ? c.size : 0;
}

uint32_t Reader::skip_blanks(uint32_t pos, uint32_t end) const {
  while (const uint32_t size = blank_at(pos, end)) pos += size;
  return pos;
}

Span Reader::trim(Span range) const {
  range.begin = skip_blanks(range.begin, range.end);
  while (range.end > range.begin && character_before(range.end, range.begin) == ' ') {
    range.end -= raw_[range.end - 1] == ' ' ? 1 : 3;
  }
  return range;
}

/// Bytes of the operator that opens a dynamic member at `pos`, 0 for another segment:
/// += -= *= /= == != <= >= =~ !~ +~ -~ and < > = alone.
uint32_t Reader::dynamic_operator(uint32_t pos, uint32_t end) const {
  const Character first = character_at(pos, end);
  const Character second = character_at(pos + first.size, end);
  const bool equals = second.value == '=';
  const bool tilde = second.value == '~' && second.size == 1;
  const uint32_t both = first.size + second.size;
  switch (first.value) {
    case '+':
    case '-':
    case '!':
      return equals || tilde ? both : 0;
    case '*':
      return equals ? both : 0;
    case '/':
      return equals && first.size == 1 ? both : 0;
    case '=':
      return equals || tilde ? both : first.size;
    case '<':
    case '>':
      return equals ? both : first.size;
    default:
      return 0;
  }
}

/// Whether a raw `~` forms a two-character token with the character before it.
bool Reader::pairs_with_tilde(uint32_t tilde) const {
  return std::string_view("+<-~=!").find(character_before(tilde, 0)) != std::string_view::npos;
}

/// The next `separator` outside parentheses, or `end`. Quotes do not protect it.
uint32_t Reader::next_outside(char separator, uint32_t pos, uint32_t end) const {
  while (pos < end && raw_[pos] != separator) {
    pos = raw_[pos] == '(' ? closing_[pos] + 1 : pos + 1;
  }
  return pos;
}

/// Behind the closing quote of the literal that opens at `pos`; 0 if it is no literal or unclosed.
uint32_t Reader::literal_end(uint32_t pos, uint32_t end) const {
  Character c = character_at(pos, end);
  if (c.value != '\'') return 0;
  do {
    pos += c.size;
    c = character_at(pos, end);
  } while (c.size > 0 && c.value != '\'');
  return c.size == 0 ? 0 : pos + c.size;
}

/// Whether the unclosed literal opening at `quote` was cut by a "," (T-Q-24): then both halves are
/// plain text, else it is an error.
bool Reader::is_cut_by_comma(uint32_t quote) {
  const auto size = static_cast<uint32_t>(raw_.size());
  for (uint32_t pos = quote + 1; pos < size; ++pos) {
    const char c = raw_[pos];
    if (c == ',') {
      cut_literal_ = {quote, pos};
      return true;
    }
    if (c == '(') pos = closing_[pos];
    if (c == ')' || c == '&' || c == '?') return false;
  }
  return false;
}

/// Steps over what holds no separator: parentheses, a literal at the start of an operand, the
/// operator of a dynamic member.
uint32_t Reader::skip_unit(uint32_t pos, Span range) const {
  const Character c = character_at(pos, range.end);
  if (raw_[pos] == '(') return closing_[pos] + 1;
  if (raw_[pos] == '/') {
    const uint32_t size = dynamic_operator(pos + 1, range.end);
    if (size == 0 && character_at(pos + 1, range.end).value == '+') return pos + 2;
    return pos + 1 + size;
  }
  if (c.value == '\'') {
    const char before = character_before(pos, range.begin);
    const bool opens = before == '\0' || before == ' ' || before == '+';
    if (const uint32_t end = opens ? literal_end(pos, range.end) : 0; end > 0) return end;
  }
  return pos + c.size;
}

/// Decodes a leaf once; it must be UTF-8 then. Most leaves are returned as they are.
bool Reader::leaf(Span range, std::string_view& out) {
  out = raw(range);
  if (plain_) return true;
  if (out.find('%') != std::string_view::npos) {
    decoded_.clear();
    append_percent_decoded(decoded_, out);
    out = arena_.copy(decoded_.view());
  }
  if (find_invalid_utf8(out)) return fail_syntax("text is not valid UTF-8", range);
  return true;
}

}  // namespace waybill::query
