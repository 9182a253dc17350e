#pragma once

#include "model/catalog.hpp"
#include "rules/context.hpp"

/// What a line costs (chapter 04 sections 4 and 5).
namespace waybill::pricing {

/// Who trades, in what, when: what decides which prices are eligible (C-32).
struct Deal {
  Ref currency, seller, supplier, customer;
  Instant at;
};

/// The lowest eligible net amount, the oldest price among equals (C-33); empty: no price (C-35).
MaybeDecimal net_price(const Store& store, Ref product, const Deal& deal);

/// Whether the lowest price beat one that names sellers or buyers where it does not, or two prices
/// share that amount (T-C-6).
bool is_contested(const Store& store, Ref product, const Deal& deal);

/// InvalidAmount unless a price may be that: from 0 to limits::price, with at most
/// limits::price_decimals (C-4, C-30, O-36).
Failure check_price(Decimal net, std::string path);

/// The product's VAT code, else that of the nearest of its groups that has one (C-27, C-40).
Ref vat_code(const Store& store, Ref product);

/// The VAT rate in percent: that of the VAT code, else 0 (C-40).
Decimal vat_rate(const Store& store, Ref product);

/// Net times (1 + rate/100), rounded half away from zero to the minor unit (O-34); empty if it is
/// out of range.
MaybeDecimal with_vat(Decimal net, Decimal rate, uint32_t minor_digits);

}  // namespace waybill::pricing
