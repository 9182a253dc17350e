#include <algorithm>

#include "query/primitive_parts.hpp"

/// Members of decimals, counts and amounts. What is worked out of a number is of its
/// kind: a count stays a JSON number, an amount shows its currency's fraction digits.
namespace waybill::query::primitive {
namespace {

constexpr auto half_away = Rounding::half_away_from_zero;
constexpr int quotient_digits = 10;
constexpr int default_rounding = 10;

Value of_kind(const Value& model, Decimal number) {
  switch (model.kind()) {
    case ValueKind::count:
      return Value::of_count(number);
    case ValueKind::amount:
      return Value::of_amount(number, static_cast<uint32_t>(model.minor_digits()));
    default:
      return Value::of(number);
  }
}

bool is_even(Decimal number) {
  return number.scale() == 0 && number.mantissa() % 2 == 0;
}

std::optional<PrimitiveMember> named_member(const View& view, const Value& of,
                                            std::string_view name) {
  const Decimal number = of.number();
  if (name == "str") {
    Bytes text;
    append_shown(text, of);
    return found(new_text(view, text));
  }
  if (name == "true") return found(Value::of(!number.is_zero()));
  if (name == "neg") return found(of_kind(of, number.negated()));
  if (name == "abs") return found(of_kind(of, number.magnitude()));
  if (name == "evn") return found(Value::of(is_even(number)));
  if (name == "num") return found(Value::of_count(number));
  if (name == "dec") return found(of.kind() == ValueKind::count ? Value::of(number) : of);
  return std::nullopt;
}

/// The exact product; rounded where even a decimal's last fraction digit does not reach.
std::optional<Decimal> product(Decimal a, Decimal b) {
  return a.times_rounded(b, Decimal::max_scale, half_away);
}

std::optional<Decimal> calculated(Decimal a, Sign sign, Decimal b) {
  switch (sign) {
    case Sign::plus:
      return a.plus(b);
    case Sign::minus:
      return a.minus(b);
    case Sign::times:
      return product(a, b);
    case Sign::over:
      return a.divided(b, quotient_digits, half_away);
    default:
      return std::nullopt;
  }
}

/// `+=n%` and `-=n%`: n hundredths of the number itself.
std::optional<Decimal> share(Decimal number, Decimal percentage) {
  const auto factor = percentage.times(Decimal::from_parts(1, 2));
  return factor ? product(number, *factor) : std::nullopt;
}

PrimitiveMember compared(Decimal number, const Operation& operation) {
  const auto other = Decimal::parse(operation.operand);
  if (!other) return found(Value::of(operation.sign == Sign::not_equal));
  const auto order = number <=> *other;
  return found(Value::of(holds(operation.sign, order < 0 ? -1 : order > 0 ? 1 : 0)));
}

PrimitiveMember arithmetic(const Value& of, Operation operation) {
  const bool adds = operation.sign == Sign::plus || operation.sign == Sign::minus;
  const bool is_percentage = adds && operation.operand.ends_with('%');
  if (is_percentage) operation.operand.remove_suffix(1);
  auto other = Decimal::parse(operation.operand);
  if (!other) return unknown();
  if (is_percentage) other = share(of.number(), *other);
  const auto result = other ? calculated(of.number(), operation.sign, *other) : std::nullopt;
  return result ? found(of_kind(of, *result)) : null();
}

/// `r`, `r{n}`. An amount then shows no more fraction digits than wanted.
PrimitiveMember rounded(const Value& of, std::string_view digits) {
  const auto wanted = digits.empty() ? default_rounding : read_integer(digits);
  if (!wanted || digits.starts_with('-')) return unknown();
  const int fraction = static_cast<int>(std::min<int64_t>(*wanted, Decimal::max_scale));
  const auto result = of.number().rounded(fraction, half_away);
  if (!result) return null();
  if (of.kind() != ValueKind::amount) return found(of_kind(of, *result));
  return found(
      Value::of_amount(*result, static_cast<uint32_t>(std::min(fraction, of.minor_digits()))));
}

}  // namespace

PrimitiveMember member_of_number(const View& view, const Value& number, std::string_view name) {
  if (const auto member = named_member(view, number, name)) return *member;
  if (name.starts_with('r')) return rounded(number, name.substr(1));
  const Operation operation = read_operation(name);
  if (is_comparison(operation.sign)) return compared(number.number(), operation);
  if (operation.sign >= Sign::plus && operation.sign <= Sign::over) {
    return arithmetic(number, operation);
  }
  return unknown();
}

}  // namespace waybill::query::primitive
