#pragma once

#include <array>

#include "http/member_path.hpp"
#include "http/message.hpp"
#include "http/resource.hpp"
#include "query/parameters.hpp"
#include "query/parser.hpp"
#include "query/render.hpp"
#include "query/row_filter.hpp"

namespace waybill::http {

/// The HTTP contract of chapters 01 and 02: one request in, one response out, rows changed in
/// transactions of `store`. Checks run in the order of H-55.
class Api {
 public:
  Api(Store& store, const Keys& keys) : store_(store), keys_(keys) {}

  /// The response is good until the next call.
  const Response& handle(const Request& request, Instant now);

  /// Whether queries may use indexes. Answers are the same without, only later: tests compare them.
  void use_indexes(bool use) { use_indexes_ = use; }

 private:
  /// A target taken apart: collection, element, member path, trailing operators.
  struct Place {
    const Resource* resource = nullptr;
    const query::Link* element = nullptr;
    std::span<const query::Link> members = {};      // between the element and the operators
    std::span<const query::Link> projections = {};  // trailing operators of a write
    size_t chunk = 0;                               // elements of one transaction, 0 for all (H-33)
  };
  enum class Outcome : uint8_t { created, updated, unchanged };
  /// What an array write did with its elements (H-34).
  class WriteSummary {
   public:
    void count(Outcome outcome) { ++counts_[static_cast<size_t>(outcome)]; }
    std::string text() const;

   private:
    std::array<uint32_t, 3> counts_{};
  };

  Failure run(const Request& request, Context& context);

  // read.cpp
  friend class Places;  // asks for utilities and elements, too
  static std::optional<Value> utility(const Context& context, std::string_view name);
  Failure read(const Request& request, const query::Target& target, Context& context);
  Failure open(const Request& request, Context& context, query::Evaluator& evaluator,
               std::span<const query::Link>& rest, Value& start, query::Known& known);
  Failure open_directory(query::Evaluator& evaluator, std::span<const query::Link>& rest,
                         Value& start);
  Failure open_window(const Resource& resource, Context& context, query::Evaluator& evaluator,
                      std::span<const query::Link>& rest, Value& start);
  Failure open_mirrored_window(Context& context, std::span<const query::Link>& rest, Value& start,
                               query::Known& known);
  static Failure read_window(const Resource& resource, const Context& context,
                             std::span<const query::Link> steps, const Window*& window,
                             query::KeyRange& range);
  Failure find(const Request& request, const query::Target& target, const Resource& resource,
               Context& context);

  Failure write_utility(const Request& request, const query::Target& target, Context& context);
  Failure reset_stock(const Request& request, Context& context);
  Failure write(const Request& request, const query::Target& target, Context& context);
  Failure write_nothing(const Request& request, const Place& where, Context& context);
  Failure write_children(const Place& where, const Child& child, Ref owner, Context& context);
  Failure remove(const Request& request, const query::Target& target, Context& context);

  Failure place(const Request& request, const query::Target& target, Context& context, Place& out);
  Failure read_body(const Request& request);

  /// The row that the element segment names: one, none, or 409. `well_formed` turns false for
  /// a segment that can name nothing.
  static Result<Ref> select(Context& context, const Resource& resource, const query::Link& element,
                            bool& well_formed);
  Result<Ref> select_by_body(Context& context, const Resource& resource, const JsonNode& body);

  Failure write_entity(const Request& request, const Place& where, Context& context);
  Failure put_or_patch(const Request& request, const Place& where, Ref ref, Context& context);
  Failure write_collection(const Request& request, const Place& where, Context& context);
  Failure write_chunks(const Request& request, const Place& where, const JsonNode& body,
                       Method method, Context& context);
  static bool names_change(const Request& request, const Place& where);
  Failure change_collection(const Request& request, const Place& where, Context& context);
  Failure write_member(const Request& request, const Place& where, Ref ref, Context& context);
  Failure write_items(const Request& request, const Place& where, Ref order, Context& context);
  Failure set_member(Context& context, const Place& where, std::span<const query::Link> path,
                     Ref ref, std::string_view value);
  Failure read_member(std::span<const query::Link> path, std::string_view value);
  Result<bool> remove_at(const Place& where, Context& context);

  // write_list.cpp
  Failure write_list(const Request& request, const Place& where, Ref ref, const MemberPath& path,
                     Context& context);
  Failure no_write_behind(const Request& request, const Place& where, const Value& owner,
                          Context& context);
  Failure write_mirror(Context& context, const Member& member, Ref ref, const JsonNode& node,
                       bool put, std::vector<Value>& attached);
  std::string reference_to(TableId table, Ref ref) const;
  Result<bool> detach_at(const Place& where, Ref ref, const MemberPath& path, Context& context);

  Result<Ref> create(Context& context, const Resource& resource, const JsonNode& body,
                     const Identifiers& path_identifiers);
  Failure update(Context& context, const Resource& resource, Ref ref, const JsonNode& body,
                 bool patch);
  Result<Ref> upsert(Context& context, const Resource& resource, const JsonNode& body,
                     Method method, Outcome& outcome);

  Failure render(Context& context, const Value& value, query::Shape shape);
  Failure render_path(Context& context, const Value& owner, std::span<const query::Link> path,
                      query::Shape shape);
  void add_location(const Context& context, const Resource& resource, Ref ref);
  /// Ends the open transaction: what reading has found a price for keeps it (O-35).
  void commit(Context& context);

  Store& store_;
  const Keys& keys_;
  Arena arena_;
  query::Parser parser_;
  JsonDocument json_;
  Response response_;
  uint64_t uuids_ = 0;  // given out so far
  bool use_indexes_ = true;
};

}  // namespace waybill::http
