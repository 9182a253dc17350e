#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "rules/context.hpp"

namespace waybill::http {

enum class Method : uint8_t { get, head, post, put, patch, delete_, options, other };

/// A request as the exchange's record holds it (docs/formats/exchange.md).
struct Request {
  Method method = Method::get;
  std::string_view target;
  std::string_view headers;  // "name:value\n" lines
  std::string_view body;

  /// The value of a header, empty if it is absent.
  std::string_view header(std::string_view name) const;
  /// The method as it was sent; of those without a number the host passes it as the header
  /// `:method`.
  std::string_view method_name() const;
};

struct Response {
  uint32_t status = 200;
  Bytes headers;  // "Name: value\n" lines
  Bytes body;

  void clear();
  void add_header(std::string_view name, std::string_view value);
};

/// False if the record's sizes do not add up.
bool read_request(std::string_view record, Request& out);
void append_response(Bytes& out, const Response& response);

/// What an error answers with (H-50, H-51): status, indented JSON, `Error-Info`, `Allow`.
void write_error(Response& response, const Request& request, const Error& error);

/// The `API-Hints` header (H-92, H-93); nothing without hints.
void add_hints_header(Response& response, const Hints& hints);

/// Whether the request asks for `handling=strict` (H-94).
bool is_strict(const Request& request);

/// Whether JSON may answer the Accept header (H-38, this version serves JSON alone).
bool accepts_json(std::string_view accept);

}  // namespace waybill::http
