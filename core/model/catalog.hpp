#pragma once

#include "model/common.hpp"

namespace waybill {

/// What of a product is registered, and where (C-26, O-31).
struct Tracking {
  List<Text> serial_numbers, batches;
  Text serial_property;
  friend bool operator==(const Tracking&, const Tracking&) = default;
};

/// Chapter 04 section 3.
struct Product {
  static constexpr TableId table = TableId::products;
  Identifiers identifiers;
  Text name, status, keywords, instance_type, classification, unit, notes_for_picking;
  List<Text> gtin, plu;
  Tracking tracking;
  List<Ref> designated_places;
  MaybeBool hidden = MaybeBool::none;
  Ref default_vat_code, parent_group;
  Text promotion_title, promotion_banner, promotion_description, receipt_text, sign_text;
  MaybeInstant created_at;
  friend bool operator==(const Product&, const Product&) = default;
};
extern const Type product_type;

/// C-27: groups pass VAT codes on to their products, nothing else.
struct ProductGroup {
  static constexpr TableId table = TableId::product_groups;
  Identifiers identifiers;
  Text name, instance_type, unit;
  Ref parent_group, default_vat_code;
  friend bool operator==(const ProductGroup&, const ProductGroup&) = default;
};
extern const Type product_group_type;

/// O-86.
struct ReturnReason {
  static constexpr TableId table = TableId::return_reasons;
  Identifiers identifiers;
  Text name;
  MaybeBool used_for_returns = MaybeBool::none;
  MaybeBool restock = MaybeBool::none;
  friend bool operator==(const ReturnReason&, const ReturnReason&) = default;
};
extern const Type return_reason_type;

/// Chapter 04 section 4. `amount` is net.
struct Price {
  static constexpr TableId table = TableId::prices;
  Identifiers identifiers;
  List<Ref> products, sellers, buyers;
  MaybeDecimal amount;
  Ref currency;
  MaybeInstant from, to;
  MaybeBool open = MaybeBool::none;
  friend bool operator==(const Price&, const Price&) = default;
};
extern const Type price_type;

/// C-41; the rate is the special identifier `percentage`, kept as a number too.
struct VatCode {
  static constexpr TableId table = TableId::vat_codes;
  Identifiers identifiers;
  MaybeDecimal rate;
  friend bool operator==(const VatCode&, const VatCode&) = default;
};
extern const Type vat_code_type;

/// C-41.
struct Currency {
  static constexpr TableId table = TableId::currencies;
  Identifiers identifiers;
  uint32_t minor_digits = 0;
  friend bool operator==(const Currency&, const Currency&) = default;
};
extern const Type currency_type;

/// C-43.
struct Country {
  static constexpr TableId table = TableId::countries;
  Identifiers identifiers;
  Text name;
  friend bool operator==(const Country&, const Country&) = default;
};
extern const Type country_type;

/// O-65, C-42.
struct PaymentMethod {
  static constexpr TableId table = TableId::payment_methods;
  Identifiers identifiers;
  Text name, integration, consumer_friendly_title, consumer_friendly_banner;
  MaybeBool supports_incoming = MaybeBool::none;
  MaybeBool supports_outgoing = MaybeBool::none;
  MaybeBool supports_reversal = MaybeBool::none;
  MaybeBool requires_terminal = MaybeBool::none;
  MaybeBool requires_specification = MaybeBool::none;
  friend bool operator==(const PaymentMethod&, const PaymentMethod&) = default;
};
extern const Type payment_method_type;

/// The engine itself: one row, written by the genesis (docs/formats/journal.md).
struct EngineRow {
  static constexpr TableId table = TableId::engine;
  Text seed;
  friend bool operator==(const EngineRow&, const EngineRow&) = default;
};
extern const Type engine_type;

}  // namespace waybill
