#pragma once

#include <cstdint>
#include <span>
#include <string_view>

/// What every fresh engine holds (C-41 to C-43, O-65).
namespace waybill {

struct CurrencyData {
  std::string_view code;
  uint32_t minor_digits;  // ISO 4217
};
std::span<const CurrencyData> currency_data();

struct CountryData {
  std::string_view code;  // ISO 3166-1 alpha-2
  std::string_view name;  // English
};
std::span<const CountryData> country_data();

struct PaymentMethodData {
  std::string_view method_id;
  std::string_view name;
};
std::span<const PaymentMethodData> payment_method_data();

}  // namespace waybill
