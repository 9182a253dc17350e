#pragma once

#include "http/message.hpp"
#include "http/resource.hpp"
#include "query/parser.hpp"
#include "query/render.hpp"

namespace waybill::http {

/// The HTTP contract of chapters 01 and 02: one request in, one response out, rows changed in
/// transactions of `store`. Checks run in the order of H-55.
class Api {
 public:
  Api(Store& store, const Keys& keys) : store_(store), keys_(keys) {}

  Response handle(const Request& request, Instant now);

 private:
  /// A target taken apart: collection, element, member path, trailing operators.
  struct Place {
    const Resource* resource = nullptr;
    const query::Link* element = nullptr;
    std::span<const query::Link> members;      // between the element and the operators
    std::span<const query::Link> projections;  // trailing operators of a write
  };

  Failure read(const query::Target& target, Context& context, Response& response);
  Failure write(const Request& request, const query::Target& target, Context& context,
                Response& response);
  Failure place(const query::Target& target, Place& out);
  Failure read_body(const Request& request);

  /// Rows that the element segment names: none, one, or 409.
  Result<Ref> select(const Resource& resource, const query::Link& element, bool& well_formed);
  Result<Ref> select_by_body(Context& context, const Resource& resource, const JsonNode& body);

  Failure write_entity(const Request& request, const Place& where, Context& context,
                       Response& response);
  Failure write_collection(const Request& request, const Place& where, Context& context,
                           Response& response);
  Failure write_member(const Request& request, const Place& where, Ref ref, Context& context,
                       Response& response);
  Failure remove(const Request& request, const query::Target& target, Context& context,
                 Response& response);

  enum class Outcome : uint8_t { created, updated };
  Result<Ref> create(Context& context, const Resource& resource, const JsonNode& body,
                     const Identifiers& path_identifiers);
  Failure update(Context& context, const Resource& resource, Ref ref, const JsonNode& body,
                 bool patch);
  Result<Ref> upsert(Context& context, const Resource& resource, const JsonNode& body,
                     Method method, Outcome& outcome);

  Failure render(const Value& value, const query::Shape& shape, std::string& out);
  Failure render_entity(const Resource& resource, Ref ref, std::span<const query::Link> ops,
                        std::string& out);
  void set_location(Response& response, const Request& request, const Resource& resource, Ref ref);

  Store& store_;
  const Keys& keys_;
  Arena arena_;
  query::Parser parser_;
  JsonDocument json_;
};

}  // namespace waybill::http
