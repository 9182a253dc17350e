#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"

namespace waybill {

/// The kinds of error documents (H-52): each has a `@type`, a status and a sentence.
enum class ErrorType : uint8_t {
  bad_request,
  no_request_body,
  invalid_uri_syntax,
  failed_indexing,
  invalid_index,
  failed_coercion,
  not_found,
  method_not_available,
  not_acceptable,
  conflict,
  content_too_large,
  uri_too_long,
  unsupported_media_type,
};

/// Every error that a client can cause, by its stable code (H-50). The registry in error.cpp gives
/// each its type.
enum class Code : uint8_t {
  // HTTP and queries
  bad_request,
  no_request_body,
  invalid_uri_syntax,
  not_found,
  method_not_available,
  not_acceptable,
  unsupported_media_type,
  uri_too_long,
  content_too_large,
  malformed_json,
  failed_coercion,
  failed_indexing,
  invalid_index,
  not_supported,
  invalid_sort_key,
  query_too_complex,
  result_too_large,
  strict_handling,
  missing_argument,
  invalid_argument,
  // identifiers and plain members
  invalid_identifier,
  identifier_mismatch,
  ambiguous_identifier,
  identifier_contradiction,
  already_exists,
  missing_required_field,
  empty_array,
  invalid_value,
  too_many_items,
  duplicate_gtin,
  // orders
  invalid_quantity,
  invalid_amount,
  seller_not_in_order,
  invalid_instance_type,
  invalid_instance_order,
  invalid_phone_imei_reference,
  invalid_reservation,
  unknown_action,
  invalid_action_payload,
  order_not_approvable,
  order_not_cancellable,
  order_not_shippable,
  address_not_changeable,
  missing_price,
  payment_method_not_supported,
  multiple_sellers,
  currency_mismatch,
  item_not_in_order,
  item_not_editable,
  insufficient_stock,
  shipment_not_releasable,
  serial_number_required,
  shipment_transition_not_allowed,
  item_not_returnable,
  // references that name nothing
  product_not_found,
  agent_not_found,
  currency_not_found,
  payment_method_not_found,
  item_not_found,
  stock_place_not_found,
  reason_not_found,
  vat_code_not_found,
  country_not_found,
  order_not_found,
  // stock
  negative_stock,
  serial_conflict,
};

struct ErrorTypeInfo {
  std::string_view name;  // "@type"
  uint16_t status;
  std::string_view text;  // "error"
};

struct CodeInfo {
  std::string_view name;
  ErrorType type;
};

const ErrorTypeInfo& info(ErrorType type);
const CodeInfo& info(Code code);

/// What went wrong, as a value. `extra` holds further members of the document, rendered, each as
/// `,"name":value`.
struct Error {
  Code code;
  std::string details;
  std::string path;  // member path in the body
  std::string suggestion;
  Bytes extra;
  std::string allow;  // the `Allow` header of a 405
};

/// Nothing, or one Error. `if (Failure failed = step()) return failed;`
class [[nodiscard]] Failure {
 public:
  Failure() = default;
  explicit Failure(Error error) : error_(std::make_unique<Error>(std::move(error))) {}
  explicit operator bool() const { return error_ != nullptr; }
  Error& operator*() { return *error_; }
  Error* operator->() { return error_.get(); }
  const Error* operator->() const { return error_.get(); }

 private:
  std::unique_ptr<Error> error_;
};

inline Failure fail(Code code, std::string details, std::string path = {}) {
  return Failure(Error{code, std::move(details), std::move(path), {}, {}, {}});
}

/// What is out of scope, or comes with a later version: NotSupported.
inline Failure not_supported(const std::string& what, bool planned, std::string path = {}) {
  return fail(Code::not_supported, what + (planned ? " is not available yet" : " is not supported"),
              std::move(path));
}

/// A value, or the Error that kept it from being. `failure` is empty when there is a value.
template <class T>
struct [[nodiscard]] Result {
  T value{};
  Failure failure;

  Result(T v) : value(std::move(v)) {}          // NOLINT: a value is a result
  Result(Failure f) : failure(std::move(f)) {}  // NOLINT: and so is a failure
  explicit operator bool() const { return !failure; }
};

}  // namespace waybill
