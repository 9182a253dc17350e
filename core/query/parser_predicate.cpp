#include <algorithm>

#include "base/limits.hpp"
#include "query/parser_reader.hpp"

/// Predicates (sections 3 and 6): `chain cmp value`, `chain`, `!chain`.
namespace waybill::query {

namespace {

/// `null` in any case, and `undefined`.
bool means_missing(std::string_view value) {
  if (value == "undefined") return true;
  constexpr std::string_view null = "null";
  return value.size() == null.size() &&
         std::equal(value.begin(), value.end(), null.begin(),
                    [](char a, char b) { return a == b || (a >= 'A' && a <= 'Z' && a + 32 == b); });
}

}  // namespace

/// Predicates are separated by "," or "&"; a "," splits even inside quotes.
bool Reader::read_predicates(Span arguments, std::span<const Predicate>& out) {
  const size_t mark = predicates_.size();
  uint32_t pos = arguments.begin;
  bool more = arguments.begin < arguments.end;
  while (more) {
    const Span range{pos, next_outside(',', pos, arguments.end)};
    if (predicates_.size() - mark == limits::operator_arguments) {
      return fail_limit("arguments", limits::operator_arguments, range);
    }
    Predicate predicate;
    uint32_t end = range.end;
    if (!read_predicate(range, Ampersand::separates, predicate, end)) return false;
    predicates_.push_back(predicate);
    more = end < arguments.end;
    pos = end + 1;
  }
  out = take(predicates_, mark);
  return true;
}

/// Reads the predicate that begins `range`; `end` becomes the offset of the separator behind it.
bool Reader::read_predicate(Span range, Ampersand ampersand, Predicate& predicate, uint32_t& end) {
  const uint32_t begin = skip_blanks(range.begin, range.end);
  const Character first = character_at(begin, range.end);
  const bool negated = first.value == '!' && comparison_at(begin, range.end, predicate.cmp) == 0;
  const Span rest{begin + (negated ? first.size : 0), range.end};

  const Span found = find_separator(rest, [&](uint32_t pos) -> uint32_t {
    if (ampersand == Ampersand::separates && raw_[pos] == '&') return 1;
    return comparison_at(pos, rest.end, predicate.cmp);
  });
  const Span left = trim({rest.begin, found.begin});
  end = found.begin;
  const bool compares = found.begin < found.end && raw_[found.begin] != '&';
  if (!compares) {
    predicate.cmp = negated ? Cmp::falsy : Cmp::truthy;
  } else if (negated) {
    return fail_syntax("a comparison cannot be negated by a leading \"!\"", {begin, range.end});
  } else if (!read_value({found.end, range.end}, ampersand, predicate, end)) {
    return false;
  }
  predicate.span = trim({begin, end});
  if (left.begin == left.end) return fail_syntax("predicate without a left side", predicate.span);
  predicate.left.span = left;
  return leaf(left, predicate.left_text) && read_chain(left, predicate.left.links);
}

/// Bytes of the comparison at `pos`, the longest match, raw or encoded; 0 if there is none.
uint32_t Reader::comparison_at(uint32_t pos, uint32_t end, Cmp& cmp) const {
  const Character first = character_at(pos, end);
  if (std::string_view("=<>!").find(first.value) == std::string_view::npos) return 0;
  const Character second = character_at(pos + first.size, end);
  const uint32_t both = first.size + second.size;
  const bool equals = second.value == '=';
  const bool tilde = second.value == '~' && second.size == 1;
  switch (first.value) {
    case '<':
      cmp = equals ? Cmp::le : Cmp::lt;
      return equals ? both : first.size;
    case '>':
      cmp = equals ? Cmp::ge : Cmp::gt;
      return equals ? both : first.size;
    case '=':
      cmp = tilde ? Cmp::contains : Cmp::eq;
      return tilde ? both : first.size;
    default:
      cmp = tilde ? Cmp::not_contains : Cmp::ne;
      return equals || tilde ? both : 0;
  }
}

/// Reads the value that begins `range`: to the end of the predicate, or wholly quoted.
bool Reader::read_value(Span range, Ampersand ampersand, Predicate& predicate, uint32_t& end) {
  const uint32_t limit = range.end;
  range = trim(range);
  const bool opens_quote =
      range.begin < range.end && (raw_[range.begin] == '"' || raw_[range.begin] == '\'');
  uint32_t value_end = opens_quote ? quoted_end(range, ampersand) : 0;
  if (value_end == 0) {
    value_end =
        ampersand == Ampersand::separates ? next_outside('&', range.begin, range.end) : range.end;
  }
  end = skip_blanks(value_end, limit);

  const Span value = trim({range.begin, value_end});
  for (uint32_t pos = value.begin; pos < value.end; ++pos) {
    if (raw_[pos] == '~' && !pairs_with_tilde(pos)) {
      return fail_syntax("a \"~\" in a value must be written %7E", {pos, value.end});
    }
  }
  if (!leaf(value, predicate.value)) return false;
  const std::string_view text = predicate.value;
  const char quote = text.empty() ? '\0' : text.front();
  const bool is_quote = quote == '"' || quote == '\'';
  if (text.size() >= 2 && is_quote && text.back() == quote) {
    predicate.quoted = true;
    predicate.value = text.substr(1, text.size() - 2);
    predicate.instant = Instant::parse(predicate.value);
    return true;
  }
  predicate.is_null = means_missing(text);
  predicate.number = Decimal::parse(text);
  predicate.instant = Instant::parse(text);
  const bool is_closed = text.size() > 1 && text.find(quote, 1) != std::string_view::npos;
  if (!opens_quote || is_closed || is_cut_by_comma(value.begin)) return true;
  return fail_syntax("quoted value is never closed", value);
}

/// Behind the quote that closes the value's first character, right before the predicate's end; 0 if
/// there is none. What stands between the quotes separates nothing.
uint32_t Reader::quoted_end(Span range, Ampersand ampersand) const {
  const char quote = raw_[range.begin];
  for (uint32_t pos = range.begin + 1; pos < range.end; ++pos) {
    if (raw_[pos] != quote) continue;
    const uint32_t end = skip_blanks(pos + 1, range.end);
    const bool ends = end == range.end;
    if (ends || (ampersand == Ampersand::separates && raw_[end] == '&')) return pos + 1;
  }
  return 0;
}

}  // namespace waybill::query
