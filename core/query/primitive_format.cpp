#include <algorithm>

#include "base/digits.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "query/primitive_parts.hpp"

/// printf forms of texts and numbers: text, `%%` and at most one conversion.
namespace waybill::query::primitive {
namespace {

constexpr std::string_view unsupported_codes = "ueEgGxXoc";
constexpr int64_t default_fraction = 6;

/// `%[-0][width][.precision]code`
struct Conversion {
  bool to_the_left = false;
  bool zeros = false;
  int64_t width = 0;
  std::optional<int64_t> precision;
  char code = '\0';
};

int64_t take_number(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto size = static_cast<size_t>(end - text.begin());
  const int64_t number = read_integer(text.substr(0, size)).value_or(0);
  text.remove_prefix(size);
  return number;
}

/// Reads behind the `%`; nullopt if no letter ends it.
std::optional<Conversion> take_conversion(std::string_view& text) {
  Conversion conversion;
  for (; text.starts_with('-') || text.starts_with('0'); text.remove_prefix(1)) {
    (text.front() == '-' ? conversion.to_the_left : conversion.zeros) = true;
  }
  conversion.width = take_number(text);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (text.empty() || !is_digit(text.front())) return std::nullopt;
    conversion.precision = take_number(text);
  }
  if (text.empty()) return std::nullopt;
  conversion.code = text.front();
  text.remove_prefix(1);
  return conversion;
}

/// The first `count` characters.
std::string_view cut(std::string_view text, int64_t count) {
  size_t at = 0;
  for (; count > 0 && at < text.size(); --count) {
    at += std::max<size_t>(decode_utf8(text, at).size, 1);
  }
  return text.substr(0, at);
}

/// Fills up to the wanted width. Zeros stand behind the sign of a number.
void append_filled(Bytes& out, std::string_view text, const Conversion& conversion) {
  const auto size = static_cast<int64_t>(count_characters(text));
  const auto missing = static_cast<size_t>(std::max<int64_t>(conversion.width - size, 0));
  if (conversion.to_the_left) {
    out += text;
    out.append_repeated(missing, ' ');
    return;
  }
  const bool signed_zeros = conversion.zeros && conversion.code != 's' && text.starts_with('-');
  if (signed_zeros) {
    out += '-';
    text.remove_prefix(1);
  }
  out.append_repeated(missing, conversion.zeros ? '0' : ' ');
  out += text;
}

/// A number, or a text that is one.
std::optional<Decimal> number_of(const Value& value) {
  return value.is_text() ? Decimal::parse(value.text()) : value.number();
}

/// The whole part, as C converts to an integer.
Decimal truncated(Decimal number) {
  int64_t whole = number.mantissa();
  for (int i = 0; i < number.scale(); ++i) whole /= 10;
  return Decimal::from_int(whole);
}

/// `%d`, `%i` and `%f`; false for a text that is no number.
bool append_number(Bytes& out, const Value& of, const Conversion& conversion) {
  const auto number = number_of(of);
  if (!number) return false;
  Bytes text;
  if (conversion.code == 'f') {
    const auto fraction = static_cast<int>(conversion.precision.value_or(default_fraction));
    const auto rounded =
        number->rounded(std::min(fraction, Decimal::max_scale), Rounding::half_away_from_zero);
    if (!rounded) return false;
    rounded->append_padded_to(text, fraction);
  } else {
    truncated(*number).append_to(text);
  }
  append_filled(out, text, conversion);
  return true;
}

bool append_converted(Bytes& out, const Value& of, const Conversion& conversion) {
  if (conversion.code != 's') return append_number(out, of, conversion);
  Bytes shown;
  append_shown(shown, of);
  const std::string_view text = shown;
  append_filled(out, conversion.precision ? cut(text, *conversion.precision) : text, conversion);
  return true;
}

Found check(const Conversion& conversion) {
  if (unsupported_codes.find(conversion.code) != std::string_view::npos) return Found::unsupported;
  const bool whole = conversion.code == 'd' || conversion.code == 'i';
  const bool known =
      conversion.code == 's' || conversion.code == 'f' || (whole && !conversion.precision);
  return known ? Found::yes : Found::unknown;
}

bool is_too_long(const Conversion& conversion) {
  return conversion.width > static_cast<int64_t>(limits::text_bytes) ||
         (conversion.code == 'f' &&
          conversion.precision.value_or(0) > static_cast<int64_t>(limits::text_bytes));
}

}  // namespace

PrimitiveMember formatted(const View& view, const Value& of, std::string_view name) {
  Bytes before;
  Bytes behind;
  std::optional<Conversion> conversion;
  while (!name.empty()) {
    Bytes& out = conversion ? behind : before;
    const size_t percent = std::min(name.find('%'), name.size());
    out += name.substr(0, percent);
    name.remove_prefix(percent);
    if (name.empty()) break;
    name.remove_prefix(1);
    if (name.starts_with('%')) {
      out += '%';
      name.remove_prefix(1);
      continue;
    }
    const auto next = take_conversion(name);
    if (!next || conversion) return unknown();
    conversion = next;
    if (const Found known = check(*conversion); known != Found::yes) return {known, {}};
  }
  if (!of.is_text() && !of.is_number()) return unknown();
  if (conversion) {
    if (is_too_long(*conversion) || !append_converted(before, of, *conversion)) return null();
  }
  before += behind;
  return found(new_text(view, before));
}

}  // namespace waybill::query::primitive
