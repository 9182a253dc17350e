#include "query/primitive.hpp"

#include <algorithm>

#include "base/digits.hpp"
#include "base/limits.hpp"
#include "query/primitive_parts.hpp"

namespace waybill::query {
namespace primitive {

Operation read_operation(std::string_view name) {
  struct Entry {
    std::string_view text;
    Sign sign;
  };
  constexpr size_t size = 2;
  constexpr Entry entries[] = {
      {"==", Sign::equal},   {"!=", Sign::not_equal},   {">=", Sign::at_least},
      {"<=", Sign::at_most}, {"=~", Sign::contains},    {"!~", Sign::lacks},
      {"+=", Sign::plus},    {"-=", Sign::minus},       {"*=", Sign::times},
      {"/=", Sign::over},    {"+~", Sign::append_once}, {"-~", Sign::prepend_once},
  };
  for (const Entry& entry : entries) {
    if (name.starts_with(entry.text)) return {entry.sign, name.substr(size)};
  }
  return {};
}

Value new_text(const View& view, std::string_view text) {
  constexpr size_t bytes_of_a_value = 16;
  view.spend(1 + text.size() / bytes_of_a_value);
  if (text.size() > limits::text_bytes) return {};
  return Value::of(view.arena.copy(text));
}

bool holds(Sign sign, int order) {
  switch (sign) {
    case Sign::equal:
      return order == 0;
    case Sign::not_equal:
      return order != 0;
    case Sign::at_least:
      return order >= 0;
    default:
      return order <= 0;
  }
}

bool is_comparison(Sign sign) {
  return sign >= Sign::equal && sign <= Sign::at_most;
}

std::optional<int64_t> read_integer(std::string_view text) {
  constexpr int64_t beyond_any_use = int64_t{1} << 40;
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  int64_t number = 0;
  for (const char c : text) number = std::min(number * 10 + (c - '0'), beyond_any_use);
  return negative ? -number : number;
}

void append_shown(Bytes& out, const Value& value) {
  switch (value.kind()) {
    case ValueKind::text:
      out += value.text();
      return;
    case ValueKind::amount:
      return value.number().append_padded_to(out, value.minor_digits());
    default:
      return value.number().append_to(out);
  }
}

PrimitiveMember member_of_boolean(bool truth, std::string_view name) {
  if (name == "str") return found(Value::of(truth ? "true" : "false"));
  if (name == "int") return found(Value::of_count(truth ? 1 : 0));
  if (name == "inv") return found(Value::of(!truth));
  if (name == "assert") return truth ? found(Value::of(true)) : null();
  return unknown();
}

}  // namespace primitive

PrimitiveMember primitive_member(const View& view, const Value& of, std::string_view name) {
  using namespace primitive;
  if (of.is_scalar() && name.starts_with('%')) return formatted(view, of, name);
  if (of.is_number()) return member_of_number(view, of, name);
  switch (of.kind()) {
    case ValueKind::boolean:
      return member_of_boolean(of.truth(), name);
    case ValueKind::instant:
      return member_of_instant(view, of.instant(), name);
    case ValueKind::text:
      return member_of_text(view, of.text(), name);
    default:
      return unknown();
  }
}

}  // namespace waybill::query
