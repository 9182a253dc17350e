#include "base/error.hpp"

namespace waybill {

const ErrorTypeInfo& info(ErrorType type) {
  static constexpr std::string_view invalid = "The request was invalid and could not be processed.";
  static constexpr ErrorTypeInfo table[] = {
      {"bad request", 400, invalid},
      {"no request body", 400, "The request needs a body."},
      {"invalid uri syntax", 400, "The URL could not be read."},
      {"failed indexing", 400, "A reference in the request names nothing, or more than one thing."},
      {"invalid index", 400, "A reference in the request is not of the form of a reference."},
      {"failed coercion", 400, "A value in the request has the wrong type."},
      {"not found", 404, "The requested resource was not found."},
      {"method not available", 405, "The method is not available here."},
      {"not acceptable", 406, "None of the accepted formats can be served."},
      {"conflict", 409, "The request conflicts with what is stored."},
      {"bad request", 413, "The request body is too large."},
      {"bad request", 414, "The URL is too long."},
      {"unsupported media type", 415, "The format of the request body is not supported."},
  };
  return table[static_cast<size_t>(type)];
}

const CodeInfo& info(Code code) {
  using enum ErrorType;
  static constexpr CodeInfo table[] = {
      {"BadRequest", bad_request},
      {"NoRequestBody", no_request_body},
      {"InvalidUriSyntax", invalid_uri_syntax},
      {"NotFound", not_found},
      {"MethodNotAvailable", method_not_available},
      {"NotAcceptable", not_acceptable},
      {"UnsupportedMediaType", unsupported_media_type},
      {"UriTooLong", uri_too_long},
      {"ContentTooLarge", content_too_large},
      {"MalformedJson", bad_request},
      {"FailedCoercion", failed_coercion},
      {"FailedIndexing", failed_indexing},
      {"InvalidIndex", invalid_index},
      {"NotSupported", bad_request},
      {"InvalidSortKey", bad_request},
      {"QueryTooComplex", bad_request},
      {"ResultTooLarge", bad_request},
      {"StrictHandling", bad_request},
      {"MissingArgument", bad_request},
      {"InvalidArgument", bad_request},
      {"InvalidIdentifier", bad_request},
      {"IdentifierMismatch", bad_request},
      {"AmbiguousIdentifier", conflict},
      {"IdentifierContradiction", conflict},
      {"AlreadyExists", conflict},
      {"MissingRequiredField", bad_request},
      {"EmptyArray", bad_request},
      {"InvalidValue", bad_request},
      {"TooManyItems", bad_request},
      {"DuplicateGtin", bad_request},
      {"InvalidQuantity", bad_request},
      {"InvalidAmount", bad_request},
      {"SellerNotInOrder", bad_request},
      {"InvalidInstanceType", bad_request},
      {"InvalidInstanceOrder", bad_request},
      {"InvalidPhoneImeiReference", bad_request},
      {"InvalidReservation", bad_request},
      {"UnknownAction", bad_request},
      {"InvalidActionPayload", bad_request},
      {"OrderNotApprovable", bad_request},
      {"OrderNotCancellable", bad_request},
      {"OrderNotShippable", bad_request},
      {"AddressNotChangeable", bad_request},
      {"MissingPrice", bad_request},
      {"PaymentMethodNotSupported", bad_request},
      {"MultipleSellers", bad_request},
      {"CurrencyMismatch", bad_request},
      {"ItemNotInOrder", bad_request},
      {"ItemNotEditable", bad_request},
      {"InsufficientStock", conflict},
      {"ShipmentNotReleasable", bad_request},
      {"SerialNumberRequired", bad_request},
      {"ShipmentTransitionNotAllowed", bad_request},
      {"ItemNotReturnable", bad_request},
      {"ProductNotFound", failed_indexing},
      {"AgentNotFound", failed_indexing},
      {"CurrencyNotFound", failed_indexing},
      {"PaymentMethodNotFound", failed_indexing},
      {"ItemNotFound", failed_indexing},
      {"StockPlaceNotFound", failed_indexing},
      {"ReasonNotFound", failed_indexing},
      {"VatCodeNotFound", failed_indexing},
      {"CountryNotFound", failed_indexing},
      {"OrderNotFound", failed_indexing},
      {"NegativeStock", conflict},
      {"SerialConflict", conflict},
  };
  static_assert(sizeof(table) / sizeof(table[0]) == static_cast<size_t>(Code::serial_conflict) + 1);
  return table[static_cast<size_t>(code)];
}

}  // namespace waybill
