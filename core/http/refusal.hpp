#pragma once

#include <string>

#include "http/message.hpp"
#include "http/resource.hpp"
#include "query/parser.hpp"
#include "rules/context.hpp"

/// What the API refuses before and beside the rules, and what may be done where.
namespace waybill::http {

Failure not_found(std::string details = {});
/// An element segment that is well-formed, but names nothing.
Failure no_such_element(const Resource& resource, const query::Link& element);
/// A finder where there is none of that name, or asked otherwise than with PUT.
Failure no_finder(const Request& request, const Resource& resource, const query::Link& finder);
/// Whether a segment names a finder of the collection.
bool is_finder(const Resource& resource, const query::Link& link);
Failure unknown_collection(std::string_view name);
Failure unknown_operator(const query::Link& op);
/// A target that the parser could not read.
Failure syntax_failure(const Request& request, const query::ParseResult& parsed);

// What may be done where (H-5). DELETE answers everywhere, though it may remove nothing (H-12).
inline constexpr std::string_view of_collection = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
inline constexpr std::string_view of_entity = "GET, HEAD, PUT, PATCH, DELETE, OPTIONS";
inline constexpr std::string_view of_actions = "GET, HEAD, PATCH, OPTIONS";
inline constexpr std::string_view of_finder = "PUT, DELETE, OPTIONS";
inline constexpr std::string_view of_method = "POST, PATCH, DELETE, OPTIONS";
inline constexpr std::string_view of_template = "GET, HEAD, PUT, DELETE, OPTIONS";
inline constexpr std::string_view of_read_only = "GET, HEAD, DELETE, OPTIONS";

/// `/stock-reset`, which is no collection but something to call (C-65).
bool is_stock_reset(std::span<const query::Link> links);

/// Whether the members behind an element are its actions, and it has some.
bool is_actions(const Resource& resource, std::span<const query::Link> members);
/// The `Allow` header of a target.
std::string_view allowed_methods(const query::Target& target);
Failure not_available(const Request& request, std::string_view allow);

/// Under `handling=strict` a hint is an error, before anything is committed (H-94, H-95).
Failure check_hints(const Request& request, const Context& context);

}  // namespace waybill::http
