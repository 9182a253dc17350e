#include "numbers.hpp"

#include "base/instant.hpp"

namespace waybill::model {
namespace {

/// `value` of which the last `places` digits are a fraction; of these at least `digits` are shown,
/// and more if they are not zeros.
std::string decimal_text(int64_t value, int places, int digits) {
  std::string text = std::to_string(value < 0 ? -value : value);
  const auto size = static_cast<size_t>(places);
  if (text.size() <= size) text.insert(0, size + 1 - text.size(), '0');
  std::string fraction = text.substr(text.size() - size);
  text.resize(text.size() - size);
  while (fraction.size() > static_cast<size_t>(digits) && fraction.back() == '0') {
    fraction.pop_back();
  }
  if (!fraction.empty()) text += "." + fraction;
  return (value < 0 ? "-" : "") + text;
}

}  // namespace

int64_t rounded(int64_t numerator, int64_t denominator) {
  const int64_t magnitude = numerator < 0 ? -numerator : numerator;
  const int64_t nearest = (2 * magnitude + denominator) / (2 * denominator);
  return numerator < 0 ? -nearest : nearest;
}

std::string quantity_text(Quantity quantity) {
  return decimal_text(quantity, 3, 0);
}

std::string money_text(Money amount, int digits) {
  return decimal_text(amount, digits, digits);
}

std::string net_text(Net amount, int digits) {
  return decimal_text(amount, 6, digits);
}

std::string time_text(Time at) {
  return Instant{at}.str();
}

}  // namespace waybill::model
