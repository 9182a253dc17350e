// Members of single values by any name, and cron forms: no crash, texts are
// UTF-8 and within their limit, and the next time of a cron form is the first that its fields
// allow.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "base/cron.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "query/primitive.hpp"
#include "schema/keys.hpp"

using namespace waybill;
using waybill::query::PrimitiveMember;

namespace {

/// Takes its parts off the front of the input; zeros when that is used up.
class Input {
 public:
  Input(const uint8_t* data, size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  uint64_t number(size_t bytes) {
    uint64_t out = 0;
    const std::string_view part = rest_.substr(0, bytes);
    std::memcpy(&out, part.data(), part.size());
    rest_.remove_prefix(part.size());
    return out;
  }
  std::string_view line() {
    const size_t end = std::min(rest_.find('\n'), rest_.size());
    const std::string_view out = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return out;
  }

 private:
  std::string_view rest_;
};

Instant some_instant(uint64_t bits) {
  constexpr int64_t first_ms = -62'135'596'800'000;
  constexpr uint64_t span_ms = 315'537'897'600'000;
  return Instant{first_ms + static_cast<int64_t>(bits % span_ms)};
}

Decimal some_number(uint64_t bits) {
  const auto mantissa = static_cast<int64_t>(bits % 1'000'000'000'000'000'000);
  const auto number = Decimal::make(bits >> 63 != 0 ? -mantissa : mantissa, bits >> 56 & 7);
  return number.value_or(Decimal());
}

Value some_value(Input& input) {
  switch (input.number(1) % 6) {
    case 0:
      return Value::of(input.number(1) % 2 == 0);
    case 1:
      return Value::of(some_number(input.number(8)));
    case 2:
      return Value::of_count(static_cast<int64_t>(input.number(2)));
    case 3:
      return Value::of_amount(some_number(input.number(8)), 2);
    case 4:
      return Value::of(some_instant(input.number(8)));
    default: {
      const std::string_view text = input.line();
      return Value::of(find_invalid_utf8(text) ? std::string_view("Brød & Melk") : text);
    }
  }
}

void check_value(const View& view, const Value& value) {
  if (value.is_text()) {
    check(value.text().size() <= limits::text_bytes && !find_invalid_utf8(value.text()));
  } else if (value.is_number()) {
    const Decimal number = value.number();
    check(Decimal::make(number.mantissa(), number.scale()) == number);
  } else if (value.kind() == ValueKind::instant) {
    check(Instant::parse(value.instant().str()) == value.instant());
  } else if (value.is_list()) {
    view.each(value, [&](const Value& item) {
      check(item.is_text());
      check_value(view, item);
      return true;
    });
  } else {
    check(value.missing() || value.kind() == ValueKind::boolean);
  }
}

/// What must hold whatever the text is.
void check_laws(const View& view, const Value& of, std::string_view name, const Value& value) {
  if (!of.is_text()) return;
  const std::string_view text = of.text();
  const bool joins = name.starts_with("+=") || name.starts_with("+~");
  if (joins && value.is_text()) {
    check(value.text().starts_with(text) && value.text().ends_with(name.substr(2)));
  }
  if (name.starts_with("=~")) {
    check(value.truth() == (text.find(name.substr(2)) != std::string_view::npos));
  }
  if (name.starts_with("/=")) {
    std::string joined;
    uint32_t count = 0;
    view.each(value, [&](const Value& piece) {
      if (count++ > 0) joined += name.substr(2);
      joined += piece.text();
      return true;
    });
    check(joined == text);
  }
}

void fuzz_members(Input input) {
  static const Store store;
  static const Keys keys;
  Arena arena;
  const View view(store, keys, arena, Instant{});
  Value value = some_value(input);
  constexpr int longest_chain = 8;
  for (int i = 0; i < longest_chain; ++i) {
    const std::string_view name = input.line();
    if (find_invalid_utf8(name)) return;
    const PrimitiveMember member = query::primitive_member(view, value, name);
    check(member.found == PrimitiveMember::Found::yes || member.value.missing());
    check_value(view, member.value);
    if (member.found == PrimitiveMember::Found::yes) check_laws(view, value, name, member.value);
    value = member.value;
  }
}

/// Whether a field of a form that Cron has read allows a value, read in another way than Cron does:
/// every item is tried against the value. `count`: how many values the field has, from `low`.
bool allows(std::string_view field, int value, int low, int count, std::string_view names) {
  const auto number = [&](std::string_view text) {
    if (text[0] >= '0' && text[0] <= '9') return std::stoi(std::string(text));
    std::string lower(text);
    for (char& c : lower) c = static_cast<char>(c | 0x20);
    return static_cast<int>(names.find(lower) / 3) + low;
  };
  while (true) {
    const size_t end = std::min(field.find(','), field.size());
    const std::string_view item = field.substr(0, end);
    const size_t slash = item.find('/');
    const int step = slash == std::string_view::npos ? 0 : number(item.substr(slash + 1));
    const std::string_view range = item.substr(0, slash);
    const size_t dash = range.find('-');
    const int first = range == "*" ? low : number(range.substr(0, dash));
    int last = range == "*" || step > 0 ? low + count - 1 : first;
    if (dash != std::string_view::npos) last = number(range.substr(dash + 1));
    if (low == 0 && count == 7 && dash != std::string_view::npos && last == 0) {
      last = first > 0 ? 7 : 0;
    }
    for (int at = first; at <= std::max(first, last); at += std::max(step, 1)) {
      const bool sunday = low == 0 && count == 7 && at == 7;
      if (value == (sunday ? 0 : at)) return true;
    }
    if (end == field.size()) return false;
    field.remove_prefix(end + 1);
  }
}

class Fields {
 public:
  explicit Fields(std::string_view form) {
    for (std::string_view& field : fields_) {
      const size_t end = std::min(form.find('_'), form.size());
      field = form.substr(0, end);
      form.remove_prefix(std::min(end + 1, form.size()));
    }
  }

  bool allow(Instant at) const {
    const std::string text = at.str();
    const auto part = [&](size_t begin) { return std::stoi(text.substr(begin, 2)); };
    constexpr int64_t days_before = 719'162;  // 0001-01-01, a Monday, to 1970-01-01
    const auto weekday = static_cast<int>((at.ms / 60'000 + days_before * 1440) / 1440 % 7 + 1) % 7;
    const bool day = allows(fields_[2], part(8), 1, 31, "");
    const bool fits_weekday = allow_weekday(weekday);
    const bool either = restricts(2, 1, 31) && restricts_weekday();
    return allows(fields_[0], part(14), 0, 60, "") && allows(fields_[1], part(11), 0, 24, "") &&
           allows(fields_[3], part(5), 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec") &&
           (either ? day || fits_weekday : day && fits_weekday);
  }

 private:
  bool allow_weekday(int value) const {
    return allows(fields_[4], value, 0, 7, "sunmontuewedthufrisat");
  }
  bool restricts_weekday() const {
    for (int value = 0; value < 7; ++value) {
      if (!allow_weekday(value)) return true;
    }
    return false;
  }
  bool restricts(size_t field, int low, int count) const {
    for (int value = low; value < low + count; ++value) {
      if (!allows(fields_[field], value, low, count, "")) return true;
    }
    return false;
  }

  std::string_view fields_[5];
};

void fuzz_cron(Input input) {
  constexpr int64_t minute = 60'000;
  const Instant at = some_instant(input.number(8));
  const std::string_view form = input.line();
  const auto cron = Cron::parse(form);
  if (!cron) return;
  const Fields fields(form);
  const auto next = cron->next_after(at);
  if (next) {
    check(*next > at && next->ms % minute == 0 && fields.allow(*next));
    check(next->ms - at.ms <= int64_t{8 * 366} * 24 * 60 * minute);
  }
  // No earlier time would do; most of the way is not looked at.
  constexpr int looked_at = 300;
  const int64_t first = at.ms - ((at.ms % minute) + minute) % minute + minute;
  for (int i = 0; i < looked_at; ++i) {
    const Instant earlier{first + i * minute};
    if (next && earlier >= *next) break;
    if (Instant::parse(earlier.str()) != earlier) break;
    check(!fields.allow(earlier));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz_members({data, size});
  fuzz_cron({data, size});
  return 0;
}
