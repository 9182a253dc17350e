#include "base/calendar.hpp"
#include "base/cron.hpp"
#include "base/digits.hpp"
#include "query/primitive_parts.hpp"

/// Members of date-times, all in UTC.
namespace waybill::query {
namespace primitive {
namespace {

/// The digits at the front of `text`; nullopt if there is none. Beyond what could ever be added to
/// an instant a number is not read on.
std::optional<int64_t> take_digits(std::string_view& text) {
  constexpr int64_t enough = int64_t{1} << 40;
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  int64_t number = 0;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1)) {
    if (number < enough) number = number * 10 + (text.front() - '0');
  }
  return number < enough ? number : enough;
}

/// `h[:m[:s[.ms]]]` in milliseconds.
std::optional<int64_t> read_duration(std::string_view text) {
  struct Part {
    char separator;  // in front of it
    int64_t unit;
  };
  constexpr Part behind_hours[] = {{':', ms_per_minute}, {':', ms_per_second}, {'.', 1}};
  const auto hours = take_digits(text);
  if (!hours) return std::nullopt;
  int64_t ms = *hours * ms_per_hour;
  for (const Part& part : behind_hours) {
    if (!text.starts_with(part.separator)) break;
    text.remove_prefix(1);
    const auto number = take_digits(text);
    if (!number) return std::nullopt;
    ms += *number * part.unit;
  }
  return text.empty() ? std::optional(ms) : std::nullopt;
}

PrimitiveMember shown(const View& view, Instant at, size_t begin, size_t size) {
  Bytes text;
  at.append_to(text);
  return found(new_text(view, text.view().substr(begin, size)));
}

PrimitiveMember scheduled(Instant at, std::string_view form) {
  const auto cron = Cron::parse(form);
  if (!cron) return unknown();
  const auto next = cron->next_after(at);
  return next ? found(Value::of(*next)) : null();
}

}  // namespace

PrimitiveMember member_of_instant(const View& view, Instant at, std::string_view name) {
  constexpr size_t date_size = 10;  // of `2024-12-15T14:32:00.000Z`
  constexpr size_t time_size = 8;
  if (name == "local") return found(Value::of(at));
  if (name == "ms") return found(Value::of_count(at.ms));
  if (name == "date") return shown(view, at, 0, date_size);
  if (name == "time") return shown(view, at, date_size + 1, time_size);
  if (name == "str") return shown(view, at, 0, std::string_view::npos);
  if (name == "true") return found(Value::of(at.ms != 0));
  const Operation operation = read_operation(name);
  if (operation.sign != Sign::plus && operation.sign != Sign::minus) return scheduled(at, name);
  if (!read_duration(operation.operand)) return unknown();
  const auto result = moved(at, name);
  return result ? found(Value::of(*result)) : null();
}

}  // namespace primitive

std::optional<Instant> moved(Instant at, std::string_view by) {
  const primitive::Operation operation = primitive::read_operation(by);
  const bool later = operation.sign == primitive::Sign::plus;
  if (!later && operation.sign != primitive::Sign::minus) return std::nullopt;
  const auto duration = primitive::read_duration(operation.operand);
  if (!duration) return std::nullopt;
  const int64_t ms = later ? at.ms + *duration : at.ms - *duration;
  if (ms < first_ms || ms > last_ms) return std::nullopt;
  return Instant{ms};
}

}  // namespace waybill::query
