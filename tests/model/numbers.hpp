#pragma once

#include <cstdint>
#include <string>

/// The exact numbers of the model. All are integers, so what is added or compared is never off.
namespace waybill::model {

using Time = int64_t;      // milliseconds since 1970
using Quantity = int64_t;  // thousandths of a unit
using Net = int64_t;       // a net price or a sent amount: millionths of the currency's unit
using Money = int64_t;     // the currency's minor units

inline constexpr Quantity one = 1000;
inline constexpr Net unit = 1'000'000;
inline constexpr Time second = 1000;
inline constexpr Time minute = 60 * second;
inline constexpr Time hour = 60 * minute;

/// `numerator / denominator` to the nearest integer, halves away from zero (O-34).
int64_t rounded(int64_t numerator, int64_t denominator);

/// `"2"`, `"0.5"`: no digits that say nothing (O-1).
std::string quantity_text(Quantity quantity);
/// `"497.50"`, in a currency of no minor units `"1250"` (O-1).
std::string money_text(Money amount, int digits);
/// `"199.00"`, `"12.345"`: at least the minor unit's digits (C-4).
std::string net_text(Net amount, int digits);
/// `2024-12-15T14:32:00.000Z`.
std::string time_text(Time at);

}  // namespace waybill::model
