#pragma once

#include <array>
#include <string>

#include "rules/context.hpp"

namespace waybill {

/// A JSON object matched against the members of a type, its types checked (H-8): what the rules
/// read instead of raw JSON.
class Body {
 public:
  enum class Purpose : uint8_t { create, update };

  /// Unsupported members are refused, undeclared and read-only ones reported as hints, wrong types
  /// are one `failed coercion` that lists all of them.
  static Result<Body> read(Context& context, const Type& type, const JsonNode& object,
                           Purpose purpose);
  /// The same, but for the types: whoever uses a member calls check_type first.
  static Result<Body> match(Context& context, const Type& type, const JsonNode& object,
                            Purpose purpose);

  const Type& type() const { return *type_; }
  const JsonNode& object() const { return *object_; }
  /// The node of a declared member, or nullptr if the body does not hold it (null it may be).
  const JsonNode* get(std::string_view member) const;
  /// The same, by the member's place in its type.
  const JsonNode* get(size_t index) const { return nodes_[index]; }
  /// Whether the member is there and not null.
  bool has(std::string_view member) const;
  /// Where a member stands, or would stand, for errors.
  std::string path(std::string_view member) const { return json_->path(*object_, member); }

 private:
  static constexpr size_t max_members = 48;
  const Type* type_ = nullptr;
  const JsonDocument* json_ = nullptr;
  const JsonNode* object_ = nullptr;
  std::array<const JsonNode*, max_members> nodes_{};
};

/// `failed coercion` if a value is not of its member's type; null is of every type.
Failure check_type(Context& context, const Member& member, const JsonNode& node);

/// A reference of the API (H-27): the one row of the table that it names. Errors: those of
/// find_named, and `failed indexing`.
Result<Ref> resolve(Context& context, TableId table, const JsonNode& node);

/// What a reference names (H-27): the rows that carry every well-formed identifier listed.
struct NamedRows {
  Posting rows;
  RowSet narrowed;    // what `rows` shows, once there is a second identifier
  bool some = false;  // some identifier is carried by a row at all
};
/// Finds them. Errors: `failed coercion`, `invalid index`, InvalidIdentifier (H-28, H-29).
Failure find_named(Context& context, TableId table, const JsonNode& node, NamedRows& out);

/// The same for a part of something, such as a line of an order: others may have parts with the
/// same identifiers. `whole`: the member by which parts name what they are part of.
Result<Ref> resolve_part(Context& context, TableId table, const JsonNode& node, const Member& whole,
                         Ref of);
/// Whether a reference is well-formed, and none of its identifiers names a row.
bool is_unknown(Context& context, TableId table, const JsonNode& node);

/// Writes the members that callers may write now into a row: on create those of Access::create and
/// update, later those of update. References are resolved. `identifiers` are written separately.
Failure assign_members(Context& context, const Body& body, void* row, bool creating);

/// Writes one member.
Failure assign_member(Context& context, const Member& member, void* data, const JsonNode& node);

/// Keeps a text, or JSON as text, of at most limits::text_bytes; `node`: where it stands.
Failure assign_text(Context& context, Text& to, std::string_view text, const JsonNode& node);

/// Adds, overwrites and removes identifiers (H-16, H-21, H-22). `special`: the bare identifier of
/// the type (H-25), empty for none.
Failure assign_identifiers(Context& context, const Body& body, std::string_view special,
                           TableId table, Ref self, Identifiers& identifiers);
/// Adds or overwrites one.
void set_identifier(Identifiers& identifiers, Text key, Text value);
/// Whether a text may be an identifier's value, of 1 to 512 characters (H-21).
bool is_identifier_value(std::string_view text);
/// The form in which an identifier's value is stored: percentages in shortest form (C-41).
std::string_view normalized_identifier(std::string_view key, std::string_view value, Arena& arena);
/// InvalidIdentifier unless a new entity may carry the value (H-21, C-41).
Failure check_identifier(std::string_view key, std::string_view value, std::string path);
/// The text that an identifier of a body is stored as, checked.
Result<std::string_view> identifier_text(Context& context, const JsonNode& value,
                                         std::string_view key);
/// InvalidIdentifier beyond limits::identifiers.
Failure check_identifier_count(const Context& context, const JsonNode& identifiers);
/// Adds `conflictingResource`, the URL of a row that is in the way (H-52).
void add_conflicting_resource(const Context& context, Error& error, std::string_view collection,
                              TableId table, uint32_t row);

/// What the API calls a table in errors about references.
struct ReferenceInfo {
  std::string_view collection;
  std::string_view type;
  std::string_view special;
  Code not_found;
};
ReferenceInfo reference_info(TableId table);

/// `failed coercion` for one value.
Failure failed_coercion(Context& context, std::string_view target, const JsonNode& node);

/// TooManyItems if an array has more elements than that.
Failure check_count(const Context& context, const JsonNode& list, size_t most);

/// `MissingRequiredField` for a member of an object.
Failure missing_member(Context& context, const JsonNode& object, std::string_view member);

}  // namespace waybill
